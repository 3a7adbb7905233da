package dev.berth.cli.gpu;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Block;
import dev.berth.proto.v1.GetStockRequest;
import dev.berth.proto.v1.GetStockResponse;
import dev.berth.proto.v1.PlacementGrpc;
import dev.berth.proto.v1.Stock;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code gpu stock}: what is idle per region and model, and in blocks of which size. */
public final class GpuStock implements Verb {
    private static final List<Integer> SIZES = List.of(1, 2, 4, 8, 16);

    @Override
    public CommandSpec spec() {
        return Options.command(
                        "stock",
                        "Show idle units per region and model. The columns 1, 2, 4 … count the hosts with at least so"
                                + " many free.")
                .addOption(Options.text("--model", "MODEL", "Only this model, by any alias. Default: all."))
                .addOption(Options.text("--region", "REGION", "Only this region. Default: all."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        GetStockRequest request = GetStockRequest.newBuilder()
                .setGpuModel(arguments.text("--model", ""))
                .setRegion(arguments.text("--region", ""))
                .build();
        GetStockResponse stock =
                session.connection().once(PlacementGrpc::newBlockingStub, stub -> stub.getStock(request));
        session.render().document(stock, () -> table(stock, session));
        return ExitCodes.DONE;
    }

    private static String table(GetStockResponse answer, Session session) {
        if (answer.getStockCount() == 0) {
            session.note("No host offers that. See what there is with: berth gpu ls");
            return "";
        }
        TreeSet<Integer> sizes = new TreeSet<>(SIZES);
        for (Stock stock : answer.getStockList()) {
            stock.getBlocksList().forEach(block -> sizes.add(block.getUnits()));
        }
        Table table = new Table(row(
                "REGION",
                "MODEL",
                "TOTAL",
                "IDLE",
                sizes.stream().map(String::valueOf).toList()));
        for (Stock stock : answer.getStockList()) {
            table.row(row(
                    stock.getRegion(),
                    stock.getGpuModel(),
                    Integer.toString(stock.getTotalUnits()),
                    Integer.toString(stock.getIdleUnits()),
                    sizes.stream().map(size -> hosts(stock, size)).toList()));
        }
        return table.toString();
    }

    private static String[] row(String region, String model, String total, String idle, List<String> hosts) {
        return Stream.concat(Stream.of(region, model, total, idle), hosts.stream())
                .toArray(String[]::new);
    }

    /** "-" where no host has so many units at all. */
    private static String hosts(Stock stock, int size) {
        for (Block block : stock.getBlocksList()) {
            if (block.getUnits() == size) {
                return Integer.toString(block.getHosts());
            }
        }
        return "-";
    }
}
