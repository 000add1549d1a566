package io.millrace.operators.join;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A foreign-key join whose tasks hear of each other in any order: results of an old foreign key never come behind those of the
 * new one, what stands at the end is right, and nothing is kept of what is gone.
 */
class ForeignJoinPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 300);
    private static final long SEED = Long.getLong("millrace.seed", 1);
    private static final int CHANGES = 60;
    private static final int KEYS = 3;
    private static final int FOREIGN_KEYS = 4;

    private final Map<String, String> lefts = new TreeMap<>();
    private final Map<String, String> rights = new TreeMap<>();
    private final Map<String, String> shown = new TreeMap<>();
    private String seed;
    private int made;

    @ParameterizedTest
    @EnumSource(names = {"INNER", "LEFT"})
    void shouldLetTheRightResultStandInWhateverOrderTasksAreHeard(final JoinKind kind) {
        for (int round = 0; round < ROUNDS; round++) {
            seed = "-Dmillrace.rounds=1 -Dmillrace.seed=" + (SEED + round);
            final SplittableRandom random = new SplittableRandom(SEED + round);
            List.of(lefts, rights, shown).forEach(Map::clear);
            try (ForeignTasks tasks = new ForeignTasks(random, kind, (key, change) -> see(kind, key, change))) {
                final int pace = 1 + random.nextInt(6);
                for (int i = 0; i < CHANGES; i++) {
                    change(random, tasks);
                    for (int steps = random.nextInt(pace); steps > 0; steps--) {
                        tasks.step();
                    }
                }
                drain(tasks);
                assertEquals(expected(kind), shown, seed);

                lefts.keySet().forEach(key -> tasks.left(key, null));
                rights.keySet().forEach(key -> tasks.right(key, null));
                drain(tasks);
                assertEquals(Map.of(), shown, seed);
                assertEquals(
                        List.of(
                                "ForeignLookupOperator[keys=0 rows=0 values=0]",
                                "ForeignLookupOperator[keys=0 rows=0 values=0]",
                                "ForeignLookupOperator[keys=0 rows=0 values=0]",
                                "ForeignJoinOperator[rows=0 standing=0 lefts=0 rights=0]"),
                        tasks.kept(),
                        seed);
            }
        }
    }

    private static void drain(final ForeignTasks tasks) {
        while (tasks.step()) {
            // Until all have heard of everything.
        }
    }

    private void change(final SplittableRandom random, final ForeignTasks tasks) {
        final int next = made++;
        final boolean isDelete = random.nextInt(4) == 0;
        if (random.nextBoolean()) {
            final String key = "k" + random.nextInt(KEYS);
            final int foreign = random.nextInt(FOREIGN_KEYS + 1);
            final String before = lefts.get(key);
            // One in three values has bytes that the key had before.
            final String after = isDelete
                    ? null
                    : (random.nextInt(3) == 0 ? 0 : next) + ">" + (foreign == FOREIGN_KEYS ? "" : "f" + foreign);
            if (!Objects.equals(before, after)) {
                put(lefts, key, after);
                tasks.left(key, after);
            }
        } else {
            final String key = "f" + random.nextInt(FOREIGN_KEYS);
            final String after = isDelete ? null : key + ":" + next;
            put(rights, key, after);
            tasks.right(key, after);
        }
    }

    private static void put(final Map<String, String> table, final String key, final String value) {
        if (value == null) {
            table.remove(key);
        } else {
            table.put(key, value);
        }
    }

    private void see(final JoinKind kind, final String key, final Change<Joined<String, String>> change) {
        final String before = change.hasBefore() ? change.before().toString() : null;
        final String after = change.isDelete() ? null : change.after().toString();
        assertEquals(shown.get(key), before, seed);
        assertTrue(!Objects.equals(before, after), seed);
        put(shown, key, after);
        if (after != null) {
            final String foreignKey = ForeignTasks.foreignKey(change.after().left());
            final String right = change.after().right();
            if (right == null) {
                assertEquals(JoinKind.LEFT, kind, seed);
            } else {
                assertNotNull(foreignKey, seed);
                assertTrue(right.startsWith(foreignKey + ":"), seed + " " + after);
            }
        }
        if (before != null && after != null) {
            checkOrder(change);
        }
    }

    // Numbers go up: of left values, and of right values of one foreign key.
    private void checkOrder(final Change<Joined<String, String>> change) {
        final Joined<String, String> before = change.before();
        final Joined<String, String> after = change.after();
        final int leftBefore = number(before.left());
        final int leftAfter = number(after.left());
        assertTrue(leftBefore == 0 || leftAfter == 0 || leftBefore <= leftAfter, seed + " " + change);
        if (before.hasRight()
                && after.hasRight()
                && Objects.equals(ForeignTasks.foreignKey(before.left()), ForeignTasks.foreignKey(after.left()))) {
            assertTrue(rightNumber(before) <= rightNumber(after), seed + " " + change);
        }
    }

    private static int number(final String left) {
        return Integer.parseInt(left.substring(0, left.indexOf('>')));
    }

    private static int rightNumber(final Joined<String, String> joined) {
        return Integer.parseInt(joined.right().substring(joined.right().indexOf(':') + 1));
    }

    private Map<String, String> expected(final JoinKind kind) {
        final Map<String, String> rows = new TreeMap<>();
        lefts.forEach((key, left) -> {
            final String foreignKey = ForeignTasks.foreignKey(left);
            final String right = foreignKey == null ? null : rights.get(foreignKey);
            if (right != null || kind.keepsLeft()) {
                rows.put(key, left + "|" + right);
            }
        });
        return rows;
    }
}
