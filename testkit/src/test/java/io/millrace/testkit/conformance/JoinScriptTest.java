package io.millrace.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.join.Joined;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.SourceTable;
import io.millrace.streams.Stream;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.streams.Within;
import io.millrace.testkit.DriverLog;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestOutput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One script of two sides over every join there is: inserts, updates and deletes of both, then records with older event times. A
 * step is a side, an event time in seconds and a value, {@code -} for a delete; all have one key. The watermark of both sides is 5 s
 * behind the latest event time. What each join hands on at a step is in its column; {@code -} is the delete of a row. The job is killed
 * at random moments of it; {@code -Dmillrace.seed=N} tries others.
 */
@MillraceTest
class JoinScriptTest {
    private static final int[] PARTITIONS = {1, 2, 7};
    private static final Duration OUT_OF_ORDERNESS = Duration.ofHours(1);
    private static final long LAG_S = 5;
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int MAX_KILLS = 3;
    private static final int MOMENTS = 150;

    private static final String STREAMS = """
            step   ; within 3 s inner ; within 3 s left ; within 3 s outer
            L 1 -  ;               ;               ;
            R 2 -  ;               ;               ;
            L 3 A  ;               ;               ;
            R 4 a  ; A|a           ; A|a           ; A|a
            L 5 B  ; B|a           ; B|a           ; B|a
            R 6 b  ; A|b, B|b      ; A|b, B|b      ; A|b, B|b
            L 7 -  ;               ;               ;
            R 8 -  ;               ;               ;
            L 12 X ;               ;               ;
            R 16 y ;               ;               ;
            L 20 C ;               ;               ;
            R 21 c ; C|c           ; C|c, X|null   ; C|c, X|null
            R 22 - ;               ;               ;
            L 23 - ;               ;               ;
            R 24 d ;               ;               ;
            L 25 D ; D|d           ; D|d           ; D|d, null|y
            L 21 E ; E|c, E|d      ; E|c, E|d      ; E|c, E|d
            R 22 e ; C|e, E|e, D|e ; C|e, E|e, D|e ; C|e, E|e, D|e
            L 2 F  ;               ;               ;
            R 1 f  ;               ;               ;
            L 40 G ;               ;               ;
            end    ;               ; G|null        ; G|null
            """;

    private static final String AS_OF = """
            step   ; as of ; as of left ; as of within 5 s ; as of left waiting
            L 1 -  ;       ;            ;                  ;
            R 2 -  ;       ;            ;                  ;
            L 3 A  ;       ; A|null     ;                  ;
            R 4 a  ;       ;            ;                  ;
            L 5 B  ; B|a   ; B|a        ; B|a              ;
            R 6 b  ;       ;            ;                  ;
            L 7 -  ;       ;            ;                  ;
            R 8 -  ;       ;            ;                  ;
            L 12 X ; X|b   ; X|b        ;                  ; A|null, B|a
            R 16 y ;       ;            ;                  ;
            L 20 C ; C|y   ; C|y        ; C|y              ; X|b
            R 21 c ;       ;            ;                  ;
            R 22 - ;       ;            ;                  ;
            L 23 - ;       ;            ;                  ;
            R 24 d ;       ;            ;                  ;
            L 25 D ; D|d   ; D|d        ; D|d              ;
            L 21 E ; E|c   ; E|c        ; E|c              ;
            R 22 e ;       ;            ;                  ;
            L 2 F  ;       ;            ;                  ;
            R 1 f  ;       ;            ;                  ;
            L 40 G ; G|d   ; G|d        ;                  ; C|y, E|c, D|d
            end    ;       ;            ;                  ; G|d
            """;

    private static final String TABLES = """
            step   ; stream table ; stream table left ; tables ; tables left ; tables outer ; tables outer by time
            L 1 -  ;              ;                   ;        ;             ;              ;
            R 2 -  ;              ;                   ;        ;             ;              ;
            L 3 A  ;              ; A|null            ;        ; A|null      ; A|null       ; A|null
            R 4 a  ;              ;                   ; A|a    ; A|a         ; A|a          ; A|a
            L 5 B  ; B|a          ; B|a               ; B|a    ; B|a         ; B|a          ; B|a
            R 6 b  ;              ;                   ; B|b    ; B|b         ; B|b          ; B|b
            L 7 -  ;              ;                   ; -      ; -           ; null|b       ; null|b
            R 8 -  ;              ;                   ;        ;             ; -            ; -
            L 12 X ;              ; X|null            ;        ; X|null      ; X|null       ; X|null
            R 16 y ;              ;                   ; X|y    ; X|y         ; X|y          ; X|y
            L 20 C ; C|y          ; C|y               ; C|y    ; C|y         ; C|y          ; C|y
            R 21 c ;              ;                   ; C|c    ; C|c         ; C|c          ; C|c
            R 22 - ;              ;                   ; -      ; C|null      ; C|null       ; C|null
            L 23 - ;              ;                   ;        ; -           ; -            ; -
            R 24 d ;              ;                   ;        ;             ; null|d       ; null|d
            L 25 D ; D|d          ; D|d               ; D|d    ; D|d         ; D|d          ; D|d
            L 21 E ; E|d          ; E|d               ; E|d    ; E|d         ; E|d          ;
            R 22 e ;              ;                   ; E|e    ; E|e         ; E|e          ;
            L 2 F  ; F|e          ; F|e               ; F|e    ; F|e         ; F|e          ;
            R 1 f  ;              ;                   ; F|f    ; F|f         ; F|f          ;
            L 40 G ; G|f          ; G|f               ; G|f    ; G|f         ; G|f          ; G|d
            end    ;              ;                   ;        ;             ;              ;
            """;

    private static final Within WITHIN = Within.of(Duration.ofSeconds(3));

    /** Every join, with the column that says what it hands on. */
    private enum Join {
        WITHIN_INNER("within 3 s inner", sides -> sides.stream(sides.left().join("join", sides.right(), WITHIN))),
        WITHIN_LEFT("within 3 s left", sides -> sides.stream(sides.left().leftJoin("join", sides.right(), WITHIN))),
        WITHIN_OUTER("within 3 s outer", sides -> sides.stream(sides.left().outerJoin("join", sides.right(), WITHIN))),
        AS_OF("as of", sides -> sides.stream(sides.left().joinAsOf("join", sides.right(), AsOf.anyAge()))),
        AS_OF_LEFT(
                "as of left", sides -> sides.stream(sides.left().leftJoinAsOf("join", sides.right(), AsOf.anyAge()))),
        AS_OF_TOLERANCE(
                "as of within 5 s",
                sides -> sides.stream(
                        sides.left().joinAsOf("join", sides.right(), AsOf.tolerance(Duration.ofSeconds(5))))),
        AS_OF_WAITING(
                "as of left waiting",
                sides -> sides.stream(sides.left()
                        .leftJoinAsOf("join", sides.right(), AsOf.anyAge().waiting()))),
        STREAM_TABLE("stream table", sides -> sides.stream(sides.left().join("join", sides.rightTable()))),
        STREAM_TABLE_LEFT(
                "stream table left", sides -> sides.stream(sides.left().leftJoin("join", sides.rightTable()))),
        BROADCAST(
                "stream table",
                sides -> sides.stream(
                        sides.left().join("join", sides.rightTable().broadcast(), left -> "k"))),
        BROADCAST_LEFT(
                "stream table left",
                sides -> sides.stream(
                        sides.left().leftJoin("join", sides.rightTable().broadcast(), left -> "k"))),
        TABLES("tables", sides -> sides.table(sides.leftTable().join("join", sides.rightTable()))),
        TABLES_LEFT("tables left", sides -> sides.table(sides.leftTable().leftJoin("join", sides.rightTable()))),
        TABLES_OUTER("tables outer", sides -> sides.table(sides.leftTable().outerJoin("join", sides.rightTable()))),
        TABLES_OUTER_BY_TIME(
                "tables outer by time",
                sides -> sides.table(sides.leftTable()
                        .latestByEventTime()
                        .outerJoin("join", sides.rightTable().latestByEventTime()))),
        FOREIGN_KEY(
                "tables", sides -> sides.table(sides.leftTable().joinForeign("join", sides.rightTable(), left -> "k"))),
        FOREIGN_KEY_LEFT(
                "tables left",
                sides -> sides.table(sides.leftTable().leftJoinForeign("join", sides.rightTable(), left -> "k")));

        private final String column;
        private final Consumer<Sides> build;

        Join(final String column, final Consumer<Sides> build) {
            this.column = column;
            this.build = build;
        }
    }

    /** Both sides as a join wants them, and where its results go. */
    private record Sides(Topology topology) {
        KeyedStream<String, String> left() {
            return keyed("left");
        }

        KeyedStream<String, String> right() {
            return keyed("right");
        }

        private KeyedStream<String, String> keyed(final String topic) {
            return topology.stream(topic, Codecs.string())
                    .outOfOrderness(OUT_OF_ORDERNESS)
                    .neverIdle()
                    .keyBy(topic + "-by-key", Codecs.string(), value -> "k");
        }

        SourceTable<String, String> leftTable() {
            return topology.table("left-table", "left", Codecs.string(), Codecs.string());
        }

        SourceTable<String, String> rightTable() {
            return topology.table("right-table", "right", Codecs.string(), Codecs.string());
        }

        void stream(final Stream<Joined<String, String>> joined) {
            joined.map(Joined::toString, Codecs.string()).to("out");
        }

        void stream(final KeyedStream<String, Joined<String, String>> joined) {
            joined.mapValues(Joined::toString, Codecs.string()).to("out");
        }

        void table(final Table<String, Joined<String, String>> joined) {
            joined.changes()
                    .mapValues(
                            change -> change.isDelete() ? "-" : change.after().toString(), Codecs.string())
                    .to("out");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHandOnAtEachStepWhatItsColumnSays(final Join join, final TestDrivers drivers) {
        int crashes = 0;
        for (final int partitions : PARTITIONS) {
            final Topology topology = Topology.named("job");
            join.build.accept(new Sides(topology));
            final TopologyTestDriver driver = drivers.of(topology)
                    .partitions("left", partitions)
                    .partitions("right", partitions)
                    .checkpoints(FIRST_SEED + partitions)
                    .crashes(FIRST_SEED + join.ordinal(), 1 + (join.ordinal() + partitions) % MAX_KILLS, MOMENTS)
                    .start();

            final Map<String, List<String>> actual = play(driver);

            final Map<String, List<String>> expected = column(join.column);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            expected.forEach((step, results) -> assertThat(actual.get(step))
                    .as(join + " at step " + step + " on " + partitions + " partitions (-Dmillrace.seed=" + FIRST_SEED
                            + ")")
                    .isEqualTo(results));
            crashes += DriverLog.crashes(driver);
            if (partitions == 2) {
                driver.replayTwice();
            }
            driver.close();
        }
        assertThat(crashes).as("crashes of " + join).isPositive();
    }

    private static Map<String, List<String>> play(final TopologyTestDriver driver) {
        final Map<String, List<String>> results = new TreeMap<>();
        final TestOutput<String> output = driver.output("out", Codecs.string());
        final Instant begin = driver.now();
        long latest = Long.MIN_VALUE;
        for (final String step : steps()) {
            if (step.equals("end")) {
                driver.end();
            } else {
                final String[] parts = step.split(" ");
                final long seconds = Long.parseLong(parts[1]);
                put(driver.input(parts[0].equals("L") ? "left" : "right", Codecs.string()), begin, seconds, parts[2]);
                if (seconds > latest) {
                    latest = seconds;
                    final Instant watermark = begin.plusSeconds(seconds - LAG_S);
                    driver.input("left", Codecs.string()).watermark(watermark);
                    driver.input("right", Codecs.string()).watermark(watermark);
                }
            }
            results.put(step, output.readValues());
        }
        return results;
    }

    private static void put(
            final TestInput<String> input, final Instant begin, final long seconds, final String value) {
        final Instant time = begin.plusSeconds(seconds);
        if (value.equals("-")) {
            input.delete(Codecs.string(), "k", time);
        } else {
            input.pipe(Codecs.string(), "k", time, value);
        }
    }

    private static List<String> steps() {
        return STREAMS.lines().skip(1).map(line -> cells(line).get(0)).toList();
    }

    private static Map<String, List<String>> column(final String name) {
        final Map<String, List<String>> results = new TreeMap<>();
        for (final String table : List.of(STREAMS, AS_OF, TABLES)) {
            final int column = cells(table.lines().findFirst().orElseThrow()).indexOf(name);
            if (column > 0) {
                table.lines()
                        .skip(1)
                        .map(JoinScriptTest::cells)
                        .forEach(cells -> results.put(
                                cells.get(0),
                                cells.get(column).isEmpty()
                                        ? List.of()
                                        : List.of(cells.get(column).split(", "))));
            }
        }
        return results;
    }

    private static List<String> cells(final String line) {
        final List<String> cells = new ArrayList<>();
        for (final String cell : line.split(";", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }
}
