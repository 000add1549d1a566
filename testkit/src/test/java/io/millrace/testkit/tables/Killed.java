package io.millrace.testkit.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.TestDriverBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Jobs that are killed one to three times at random moments, with checkpoints in between, and what they have to write all the same. */
final class Killed {
    /** Where the seeds of all rounds begin; {@code -Dmillrace.seed=N} tries others. */
    static final int FIRST_SEED = Integer.getInteger("millrace.seed", 0);

    private static final int MAX_TIMES = 3;

    private Killed() {}

    /** Within so many moments, see {@link TestDriverBuilder#crashes}. */
    static TestDriverBuilder atRandom(
            final TestDriverBuilder builder, final long seed, final int partitions, final int within) {
        final long each = (FIRST_SEED + seed) * 31 + partitions;
        return builder.checkpoints(each).crashes(each, 1 + (int) Math.floorMod(each, (long) MAX_TIMES), within);
    }

    /** Tells a failure what repeats it. */
    static String seed() {
        return " (-Dmillrace.seed=" + FIRST_SEED + ")";
    }

    /** The same lines, in the same order under each key, which is their first word; on one partition all in the same order. */
    static void same(final String where, final int partitions, final List<String> actual, final List<String> expected) {
        if (partitions == 1) {
            assertThat(actual).as(where + seed()).isEqualTo(expected);
        } else {
            assertThat(byKey(actual)).as(where + seed()).isEqualTo(byKey(expected));
        }
    }

    private static Map<String, List<String>> byKey(final List<String> lines) {
        final Map<String, List<String>> byKey = new TreeMap<>();
        lines.forEach(line -> byKey.computeIfAbsent(line.split("[ :=|]")[0], key -> new ArrayList<>())
                .add(line));
        return byKey;
    }
}
