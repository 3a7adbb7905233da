package dev.berth.controller.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The set of bits against the JDK's sets. */
class OrdinalSetTest {
    private static final int NUMBERS = 20_000;

    private final Random random = new Random(11);

    @Test
    void itHoldsWhatASetOfNumbersHolds() {
        OrdinalSet bits = new OrdinalSet();
        NavigableSet<Integer> numbers = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            int number = random.nextInt(1 + random.nextInt(NUMBERS));
            if (random.nextBoolean()) {
                assertThat(bits.add(number)).isEqualTo(numbers.add(number));
            } else {
                assertThat(bits.remove(number)).isEqualTo(numbers.remove(number));
            }
            assertThat(bits.size()).isEqualTo(numbers.size());
            assertThat(bits.contains(number)).isEqualTo(numbers.contains(number));
        }
        assertThat(content(bits)).isEqualTo(List.copyOf(numbers));
    }

    @Test
    void theLowestCommonNumberIsFoundWhateverTheSetsLookLike() {
        for (int i = 0; i < 400; i++) {
            NavigableSet<Integer> one = some();
            NavigableSet<Integer> other = some();
            NavigableSet<Integer> third = some();
            NavigableSet<Integer> without = some();
            NavigableSet<Integer> common = new TreeSet<>(one);
            common.retainAll(other);
            common.removeAll(without);
            assertThat(bits(one).first(bits(other), null, bits(without))).isEqualTo(first(common));
            assertThat(bits(one).count(null, bits(other), bits(without))).isEqualTo(common.size());
            int from = random.nextInt(NUMBERS);
            assertThat(bits(one).next(from, bits(other), null, bits(without)))
                    .isEqualTo(first(common.tailSet(from, true)));
            common.retainAll(third);
            assertThat(bits(one).first(bits(other), bits(third), bits(without))).isEqualTo(first(common));
        }
    }

    @Test
    void setsAreAddedToAndTakenFromOneAnother() {
        for (int i = 0; i < 200; i++) {
            NavigableSet<Integer> one = some();
            NavigableSet<Integer> other = some();
            OrdinalSet bits = bits(one);
            bits.addAll(bits(other));
            one.addAll(other);
            assertThat(content(bits)).isEqualTo(List.copyOf(one));
            assertThat(bits.size()).isEqualTo(one.size());
            NavigableSet<Integer> out = some();
            int before = one.size();
            one.removeAll(out);
            assertThat(bits.removeAll(bits(out))).isEqualTo(before - one.size());
            assertThat(content(bits)).isEqualTo(List.copyOf(one));
            assertThat(bits.first(null, null, null)).isEqualTo(first(one));
        }
    }

    private NavigableSet<Integer> some() {
        NavigableSet<Integer> numbers = new TreeSet<>();
        int range = 1 + random.nextInt(NUMBERS);
        int size = random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(2_000);
        for (int i = 0; i < size; i++) {
            numbers.add(random.nextInt(range));
        }
        return numbers;
    }

    private static OrdinalSet bits(NavigableSet<Integer> numbers) {
        OrdinalSet bits = new OrdinalSet();
        numbers.forEach(bits::add);
        return bits;
    }

    private static List<Integer> content(OrdinalSet bits) {
        List<Integer> content = new ArrayList<>();
        bits.forEach(content::add);
        return content;
    }

    private static int first(NavigableSet<Integer> numbers) {
        return numbers.isEmpty() ? -1 : numbers.first();
    }
}
