package dev.berth.controller.scheduling;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of small numbers as bits in chunks, with one bit above each word that is not zero, so that the lowest number
 * that several sets share is found without looking at what is empty in one of them. Belongs to the index that uses it.
 */
final class OrdinalSet {
    private static final int CHUNK_WORDS = 64;
    private static final int CHUNK_SHIFT = 12;

    private long[] @Nullable [] chunks = new long[1][];
    private long[] summaries = new long[1];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(chunks, null);
        Arrays.fill(summaries, 0);
        size = 0;
    }

    boolean contains(int ordinal) {
        int chunk = ordinal >>> CHUNK_SHIFT;
        return chunk < chunks.length && ((word(chunk, (ordinal >>> 6) & (CHUNK_WORDS - 1)) >>> ordinal) & 1) != 0;
    }

    boolean add(int ordinal) {
        int chunk = ordinal >>> CHUNK_SHIFT;
        if (chunk >= chunks.length) {
            chunks = Arrays.copyOf(chunks, chunk + 1);
            summaries = Arrays.copyOf(summaries, chunk + 1);
        }
        long[] words = chunks[chunk];
        if (words == null) {
            words = new long[CHUNK_WORDS];
            chunks[chunk] = words;
        }
        int word = (ordinal >>> 6) & (CHUNK_WORDS - 1);
        long before = words[word];
        words[word] = before | (1L << ordinal);
        summaries[chunk] |= 1L << word;
        boolean added = words[word] != before;
        size += added ? 1 : 0;
        return added;
    }

    boolean remove(int ordinal) {
        if (!contains(ordinal)) {
            return false;
        }
        int chunk = ordinal >>> CHUNK_SHIFT;
        int word = (ordinal >>> 6) & (CHUNK_WORDS - 1);
        long[] words = chunks[chunk];
        if (words != null) {
            words[word] &= ~(1L << ordinal);
            if (words[word] == 0) {
                summaries[chunk] &= ~(1L << word);
            }
            size--;
        }
        return true;
    }

    void addAll(OrdinalSet other) {
        if (other.chunks.length > chunks.length) {
            chunks = Arrays.copyOf(chunks, other.chunks.length);
            summaries = Arrays.copyOf(summaries, other.chunks.length);
        }
        for (int chunk = 0; chunk < other.chunks.length; chunk++) {
            long[] from = other.chunks[chunk];
            if (from == null) {
                continue;
            }
            long[] words = chunks[chunk] == null ? new long[CHUNK_WORDS] : chunks[chunk];
            for (long rest = other.summaries[chunk]; rest != 0; rest &= rest - 1) {
                int word = Long.numberOfTrailingZeros(rest);
                size += Long.bitCount(from[word] & ~words[word]);
                words[word] |= from[word];
            }
            chunks[chunk] = words;
            summaries[chunk] |= other.summaries[chunk];
        }
    }

    /** Takes out what is in the other; returns how many that were. */
    int removeAll(OrdinalSet other) {
        int before = size;
        for (int chunk = 0; chunk < Math.min(chunks.length, other.chunks.length); chunk++) {
            long[] words = chunks[chunk];
            long[] out = other.chunks[chunk];
            if (words == null || out == null) {
                continue;
            }
            for (int word = 0; word < CHUNK_WORDS; word++) {
                size -= Long.bitCount(words[word] & out[word]);
                words[word] &= ~out[word];
                if (words[word] == 0) {
                    summaries[chunk] &= ~(1L << word);
                }
            }
        }
        return before - size;
    }

    void forEach(IntConsumer action) {
        for (int ordinal = next(0, null, null, null); ordinal >= 0; ordinal = next(ordinal + 1, null, null, null)) {
            action.accept(ordinal);
        }
    }

    /** Lowest number that is here, in {@code and} and in {@code too}, and not in {@code without}; -1 for none. */
    int first(@Nullable OrdinalSet and, @Nullable OrdinalSet too, @Nullable OrdinalSet without) {
        return next(0, and, too, without);
    }

    /** As {@link #first}, but not below {@code from}. */
    int next(int from, @Nullable OrdinalSet and, @Nullable OrdinalSet too, @Nullable OrdinalSet without) {
        int chunk = from >>> CHUNK_SHIFT;
        long wanted = -1L << (from >>> 6);
        long bits = -1L << from;
        for (; chunk < chunks.length; chunk++) {
            long summary = summaries[chunk] & summaryOf(and, chunk) & summaryOf(too, chunk) & wanted;
            while (summary != 0) {
                int word = Long.numberOfTrailingZeros(summary);
                long found = word(chunk, word) & wordOf(and, chunk, word) & wordOf(too, chunk, word);
                if (without != null && chunk < without.chunks.length) {
                    found &= ~without.word(chunk, word);
                }
                if (chunk == from >>> CHUNK_SHIFT && word == ((from >>> 6) & (CHUNK_WORDS - 1))) {
                    found &= bits;
                }
                if (found != 0) {
                    return (chunk << CHUNK_SHIFT) | (word << 6) | Long.numberOfTrailingZeros(found);
                }
                summary &= summary - 1;
            }
            wanted = -1;
        }
        return -1;
    }

    /** How many numbers are here and in {@code and} and {@code too}, and not in {@code without}. */
    int count(@Nullable OrdinalSet and, @Nullable OrdinalSet too, @Nullable OrdinalSet without) {
        int count = 0;
        for (int ordinal = first(and, too, without); ordinal >= 0; ordinal = next(ordinal + 1, and, too, without)) {
            count++;
        }
        return count;
    }

    private long word(int chunk, int word) {
        long[] words = chunks[chunk];
        return words == null ? 0 : words[word];
    }

    private static long summaryOf(@Nullable OrdinalSet set, int chunk) {
        return set == null ? -1 : chunk < set.summaries.length ? set.summaries[chunk] : 0;
    }

    private static long wordOf(@Nullable OrdinalSet set, int chunk, int word) {
        return set == null ? -1 : set.word(chunk, word);
    }
}
