package dev.berth.controller.rpc;

import com.google.protobuf.MessageLite;
import dev.berth.controller.model.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for, newest first and by id among those of one moment. Immutable.
 *
 * @param size how many it holds at most
 * @param binding of its token to the list it belongs to
 * @param after the last that the page before showed; null for the first page
 */
record Page(int size, String binding, PageToken.@Nullable Place after) {
    private static final int DEFAULT_SIZE = 100;
    private static final int MAX_SIZE = 1000;

    /**
     * @param query without page_size and page_token: what makes two requests the same list
     * @param pageSize 0 for the default
     */
    static Page of(TenantId tenant, MessageLite query, int pageSize, String pageToken, Violations violations) {
        if (pageSize != 0) {
            violations.range("page_size", pageSize, 1, MAX_SIZE);
        }
        String binding = PageToken.binding(tenant, query);
        PageToken.Place after = null;
        if (!pageToken.isEmpty()) {
            after = PageToken.decode(binding, pageToken).orElse(null);
            violations.check(after != null, "page_token", "is not a token of this query; begin with the first page");
        }
        return new Page(pageSize == 0 ? DEFAULT_SIZE : pageSize, binding, after);
    }

    /** Whether it was not shown by a page before. */
    boolean hasYetToShow(long createdMillis, String id) {
        return after == null
                || createdMillis < after.createdMillis()
                || (createdMillis == after.createdMillis() && id.compareTo(after.id()) < 0);
    }

    /** Of the page that follows, where this was the last that was shown. */
    String tokenAfter(long createdMillis, String id) {
        return PageToken.encode(binding, createdMillis, id);
    }
}
