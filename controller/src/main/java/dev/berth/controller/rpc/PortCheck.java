package dev.berth.controller.rpc;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The limits that pods.proto sets on the ports of a pod. Pure; part of {@link SpecCheck}. */
final class PortCheck {
    private static final int MAX_PORTS = 20;
    private static final int MAX_PORT = 65_535;

    private PortCheck() {}

    static void check(List<String> ports, String field, Violations violations) {
        violations.count(field, ports.size(), MAX_PORTS);
        Set<Integer> seen = new HashSet<>();
        for (String port : ports) {
            int slash = port.indexOf('/');
            String protocol = slash < 0 ? "" : port.substring(slash + 1);
            int number = number(slash < 0 ? port : port.substring(0, slash));
            if (protocol.equals("http")) {
                violations.add(field, Text.quote(port) + " is not offered by this version: publish it as tcp");
            } else if (protocol.equals("udp")) {
                violations.add(field, Text.quote(port) + " is refused: UDP is not published");
            } else if (!protocol.equals("tcp") || number < 1 || number > MAX_PORT) {
                violations.add(field, "must look like \"22/tcp\", 1.." + MAX_PORT + ", is " + Text.quote(port));
            } else if (!seen.add(number)) {
                violations.add(field, Text.quote(port) + " is listed twice");
            }
        }
    }

    /** 0 for what is no number as people write it. */
    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && text.charAt(0) != '0' ? Integer.parseInt(text) : 0;
    }
}
