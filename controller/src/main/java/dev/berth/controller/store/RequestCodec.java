package dev.berth.controller.store;

import com.google.protobuf.ByteString;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.TenantId;
import dev.berth.proto.journal.v1.Request;
import java.util.HexFormat;

/** {@link RequestKey} and its proto, both ways; the digest is hex in memory and half as long on disk. Pure. */
final class RequestCodec {
    private RequestCodec() {}

    static Request toProto(RequestKey request) {
        return Request.newBuilder()
                .setTenantId(request.tenant().value())
                .setMethod(request.method())
                .setKey(request.key())
                .setDigest(ByteString.copyFrom(HexFormat.of().parseHex(request.digest())))
                .build();
    }

    static RequestKey toModel(Request request) {
        return new RequestKey(
                new TenantId(request.getTenantId()),
                request.getMethod(),
                request.getKey(),
                HexFormat.of().formatHex(request.getDigest().toByteArray()));
    }
}
