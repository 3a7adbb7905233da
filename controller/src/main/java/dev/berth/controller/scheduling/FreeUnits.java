package dev.berth.controller.scheduling;

import dev.berth.controller.model.GpuLink;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.VolumePlace;
import dev.berth.controller.scheduling.ShapeIndex.GroupIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Index of the fleet for placement: lanes (GPU model → units that a host can give now → hosts), shapes (hosts that are
 * alike for all filters), and hosts by image, fabric and name. Its sets are bits in the order of host ids. A change of
 * one host costs the same in any fleet. Derived from the cluster's state and soft; belongs to the loop's thread.
 */
final class FreeUnits {
    /** Up to so many shapes, the set of their hosts is looked up; beyond, the looking up would cost as much. */
    private static final int SHARED_SHAPES = 64;

    private final HostOrder order = new HostOrder();
    private final Map<String, IndexedHost> byName = new HashMap<>();
    private final Map<HostShape, ShapeIndex> shapes = new LinkedHashMap<>();
    private final Map<Topology, UnitChoice> choices = new HashMap<>();
    private final NavigableMap<String, List<Lane>> lanes = new TreeMap<>();
    private final NavigableMap<String, NavigableMap<String, StockCount>> stock = new TreeMap<>();
    private final Map<String, OrdinalSet> byImage = new HashMap<>();
    private final NavigableMap<String, OrdinalSet> byFabric = new TreeMap<>();
    private final Map<VolumePlace, OrdinalSet> byShare = new HashMap<>();
    private final FreeDisk freeDisk = new FreeDisk();
    private long smallestDiskGb = Long.MAX_VALUE;
    private final OrdinalSet notOpen = new OrdinalSet();
    private final OrdinalSet notReady = new OrdinalSet();
    private final OrdinalSet diskFull = new OrdinalSet();
    private final PortRoom portRanges = new PortRoom();
    private final PortRoom freePorts = new PortRoom();
    private final Map<List<ShapeIndex>, OrdinalSet> unions = new HashMap<>();
    private long unionsVersion;
    private long shapesVersion;

    /** What a choice of units depends on: groups with the same share its memory. */
    private record Topology(boolean cpu, List<Integer> numaNodes, List<GpuLink> links) {}

    /** Rises whenever a host takes another shape or number, so that what was worked out from shapes is out of date. */
    long shapesVersion() {
        return shapesVersion;
    }

    /** The host as it is known after this; its blocks are not yet up to date when it is new or has another shape. */
    IndexedHost take(Host host, boolean ready) {
        IndexedHost known = order.get(host.id());
        if (known == null) {
            return join(new IndexedHost(host, shapeOf(host)), ready);
        }
        if (known.looksLike(host)) {
            known.become(host, ready);
            listStanding(known);
        } else {
            detach(known);
            known.reshape(shapeOf(host));
            known.become(host, ready);
            attach(known);
        }
        return known;
    }

    private IndexedHost join(IndexedHost host, boolean ready) {
        host.become(host.host(), ready);
        if (order.add(host)) {
            lanes.values().forEach(ofModel -> ofModel.forEach(Lane::clear));
            shapes.values().forEach(shape -> shape.hosts().clear());
            notOpen.clear();
            notReady.clear();
            diskFull.clear();
            portRanges.clear();
            freePorts.clear();
            byImage.clear();
            byFabric.clear();
            byShare.clear();
            freeDisk.clear();
            order.all().forEach(this::relist);
        }
        attach(host);
        return host;
    }

    /** After all numbers have changed. */
    private void relist(IndexedHost host) {
        for (Block block : host.blocks()) {
            block.unlist();
        }
        host.reindex();
        host.shape().hosts().add(host.ordinal());
        listStanding(host);
        listPorts(host);
        list(byImage, host.images(), host.ordinal());
        list(byFabric, fabrics(host), host.ordinal());
        list(byShare, shares(host), host.ordinal());
        freeDisk.add(host.ordinal(), FreeDisk.level(host.freeDiskGb()));
    }

    private void listPorts(IndexedHost host) {
        portRanges.put(host.ordinal(), host.portRange());
        freePorts.put(host.ordinal(), host.freePorts());
    }

    void portsOf(IndexedHost host, int range, int free) {
        host.hasPorts(range, free);
        listPorts(host);
    }

    private void listStanding(IndexedHost host) {
        set(notOpen, host.ordinal(), !host.isOpen());
        set(notReady, host.ordinal(), !host.isReady());
        set(diskFull, host.ordinal(), host.isDiskFull());
    }

    private static void set(OrdinalSet hosts, int ordinal, boolean in) {
        if (in) {
            hosts.add(ordinal);
        } else {
            hosts.remove(ordinal);
        }
    }

    private void attach(IndexedHost host) {
        shapesVersion++;
        ShapeIndex shape = host.shape();
        shape.hosts().add(host.ordinal());
        listStanding(host);
        for (GroupIndex index : shape.groups()) {
            index.lane().shapes().put(shape, index.group());
            index.stock().countHost(index.group().size(), 1);
        }
        byName.put(host.host().name(), host);
        list(byFabric, fabrics(host), host.ordinal());
        list(byShare, shares(host), host.ordinal());
        freeDisk.add(host.ordinal(), FreeDisk.level(host.freeDiskGb()));
    }

    private void detach(IndexedHost host) {
        ShapeIndex shape = host.shape();
        shape.hosts().remove(host.ordinal());
        for (Block block : host.blocks()) {
            block.reindex(host.ordinal(), false);
            block.index().stock().countHost(block.group().size(), -1);
        }
        if (shape.hosts().isEmpty()) {
            shapes.remove(shape.shape());
            shape.groups().forEach(index -> index.lane().shapes().remove(shape));
        }
        byName.remove(host.host().name(), host);
        unlist(byFabric, fabrics(host), host.ordinal());
        unlist(byShare, shares(host), host.ordinal());
    }

    /** Takes in how much of the host's disk is free. */
    void freeDisk(IndexedHost host, long gb) {
        int before = FreeDisk.level(host.freeDiskGb());
        int now = FreeDisk.level(gb);
        host.hasFreeDisk(gb);
        smallestDiskGb = Math.min(smallestDiskGb, host.host().inventory().allocatableDiskGb());
        if (now != before) {
            freeDisk.remove(host.ordinal(), before);
            freeDisk.add(host.ordinal(), now);
        }
    }

    /** Returns whether anything changed. */
    boolean diskFull(IndexedHost host, boolean full) {
        if (host.isDiskFull() == full) {
            return false;
        }
        host.setDiskFull(full);
        listStanding(host);
        host.reindex();
        return true;
    }

    /** No host has a smaller disk. */
    long smallestDiskGb() {
        return smallestDiskGb;
    }

    FreeDisk freeDisk() {
        return freeDisk;
    }

    /** Hosts that have mounted the share; null for none. */
    @Nullable
    OrdinalSet withShare(VolumePlace place) {
        return byShare.get(place);
    }

    private static Set<VolumePlace> shares(IndexedHost host) {
        List<String> shares = host.host().inventory().reach().shares();
        if (shares.isEmpty()) {
            return Set.of();
        }
        Set<VolumePlace> places = new HashSet<>();
        shares.forEach(share -> places.add(new VolumePlace(host.host().region(), share)));
        return places;
    }

    private ShapeIndex shapeOf(Host host) {
        return shapes.computeIfAbsent(HostShape.of(host), shape -> {
            List<GroupIndex> groups = new ArrayList<>();
            for (UnitGroup group : shape.groups()) {
                StockCount count = stock.computeIfAbsent(shape.region(), r -> new TreeMap<>())
                        .computeIfAbsent(group.gpuModel(), model -> new StockCount(shape.region(), model));
                groups.add(new GroupIndex(group, lane(group), count, choice(group)));
            }
            return new ShapeIndex(shape, List.copyOf(groups));
        });
    }

    private UnitChoice choice(UnitGroup group) {
        Topology topology = new Topology(group.isCpu(), group.numaNodes(), group.links());
        return choices.computeIfAbsent(topology, t -> UnitChoice.of(group));
    }

    private Lane lane(UnitGroup group) {
        List<Lane> ofModel = lanes.computeIfAbsent(group.gpuModel(), model -> new ArrayList<>());
        while (ofModel.size() <= group.turn()) {
            ofModel.add(new Lane(group.gpuModel(), ofModel.size()));
        }
        return ofModel.get(group.turn());
    }

    /** Soft: which images a host has. */
    void imagesOf(HostId hostId, Set<String> images) {
        IndexedHost host = order.get(hostId);
        if (host != null) {
            unlist(byImage, host.images(), host.ordinal());
            host.hasImages(Set.copyOf(images));
            list(byImage, host.images(), host.ordinal());
        }
    }

    private static Set<String> fabrics(IndexedHost host) {
        String fabric = host.host().place().fabric();
        return fabric.isEmpty() ? Set.of() : Set.of(fabric);
    }

    private static <K> void list(Map<K, OrdinalSet> index, Set<K> keys, int ordinal) {
        keys.forEach(key -> index.computeIfAbsent(key, k -> new OrdinalSet()).add(ordinal));
    }

    private static <K> void unlist(Map<K, OrdinalSet> index, Set<K> keys, int ordinal) {
        for (K key : keys) {
            OrdinalSet hosts = index.get(key);
            if (hosts != null && hosts.remove(ordinal) && hosts.isEmpty()) {
                index.remove(key);
            }
        }
    }

    @Nullable
    IndexedHost host(HostId id) {
        return order.get(id);
    }

    IndexedHost at(int ordinal) {
        return order.at(ordinal);
    }

    @Nullable
    IndexedHost hostNamed(String idOrName) {
        IndexedHost named = byName.get(idOrName);
        return named != null ? named : order.get(new HostId(idOrName));
    }

    /** By id. */
    Collection<IndexedHost> hosts() {
        return order.all();
    }

    Collection<ShapeIndex> shapes() {
        return shapes.values();
    }

    /** The hosts of all these shapes; requests that the same shapes pass share one set. Not to be changed. */
    OrdinalSet hostsOf(List<ShapeIndex> passing) {
        if (unionsVersion != shapesVersion) {
            unions.clear();
            unionsVersion = shapesVersion;
        }
        return passing.size() > SHARED_SHAPES ? union(passing) : unions.computeIfAbsent(passing, FreeUnits::union);
    }

    private static OrdinalSet union(List<ShapeIndex> passing) {
        OrdinalSet hosts = new OrdinalSet();
        passing.forEach(shape -> hosts.addAll(shape.hosts()));
        return hosts;
    }

    /** By model. */
    NavigableMap<String, List<Lane>> lanes() {
        return lanes;
    }

    /** Hosts that have the image; null for none. */
    @Nullable
    OrdinalSet withImage(String image) {
        return byImage.get(image);
    }

    /** Hosts that an administrator has closed for new pods. */
    OrdinalSet notOpen() {
        return notOpen;
    }

    /** Hosts that do not answer. */
    OrdinalSet notReady() {
        return notReady;
    }

    /** Hosts whose disk is almost full. */
    OrdinalSet diskFull() {
        return diskFull;
    }

    PortRoom portRanges() {
        return portRanges;
    }

    PortRoom freePorts() {
        return freePorts;
    }

    NavigableMap<String, OrdinalSet> fabrics() {
        return byFabric;
    }

    List<Stock> stock() {
        return stock.values().stream()
                .flatMap(ofRegion -> ofRegion.values().stream())
                .filter(count -> !count.isEmpty())
                .map(StockCount::read)
                .toList();
    }
}
