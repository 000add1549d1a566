package io.millrace.torture.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The row of a foreign-key join, as long as those of a long run of torture are. */
class LinkStepsTest {
    private static final int BOARDS = 12;
    private static final int CHANGES = 12_000;
    private static final byte[] KEY = OutputRecord.longs(7);

    // Of each record that was written, so many ways are looked at on the average.
    private static final int WAYS = 500;

    private final RowHistory lefts = new RowHistory();
    private final Map<Long, RowHistory> boards = new TreeMap<>();
    private final List<OutputRecord> written = new ArrayList<>();
    private long nowNs;
    private long ways;

    private boolean isAnswered;
    private boolean isShown;
    private int link;

    @BeforeEach
    void setUp() {
        LongStream.range(0, BOARDS).forEach(board -> boards.put(board, new RowHistory()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFollowALongRowWithoutTryingAllVersionsOfItsBoards(final boolean keepsLeft) {
        play(keepsLeft);

        final List<OutputRecord> expected = RowPath.follow(counted(keepsLeft), LinkSteps.start(BOARDS), written);

        assertThat(written).hasSizeGreaterThan(CHANGES / 50);
        assertThat(expected).isEqualTo(written);
        assertThat(ways / written.size()).isLessThan(WAYS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFindALastResultThatIsMissing(final boolean keepsLeft) {
        play(keepsLeft);
        final List<OutputRecord> all = List.copyOf(written);

        final List<OutputRecord> expected =
                RowPath.follow(counted(keepsLeft), LinkSteps.start(BOARDS), all.subList(0, all.size() - 1));

        assertThat(expected).hasSizeGreaterThanOrEqualTo(all.size());
        assertThat(expected.subList(0, all.size() - 1)).isEqualTo(all.subList(0, all.size() - 1));
    }

    // A row and its boards change, and a board that the row has taken answers a while later.
    private void play(final boolean keepsLeft) {
        final SplittableRandom random = new SplittableRandom(4007);
        for (int i = 0; i < CHANGES; i++) {
            nowNs++;
            if (random.nextInt(24) == 0) {
                changeLeft(random, keepsLeft);
            } else {
                changeBoard(random.nextLong(BOARDS), random, keepsLeft);
            }
            if (!isAnswered && lefts.hasValue(lefts.last()) && random.nextInt(20) == 0) {
                isAnswered = true;
                tell(keepsLeft, lefts.timeNs(link));
            }
        }
        if (!isAnswered && lefts.hasValue(lefts.last())) {
            tell(keepsLeft, lefts.timeNs(link));
        }
        // So that something comes last, whatever came before.
        put(lefts, BOARDS - 1);
        boards.get(BOARDS - 1L).add(record(trade(nowNs, 0)));
        tell(keepsLeft, nowNs);
    }

    private void changeLeft(final SplittableRandom random, final boolean keepsLeft) {
        final long before = lefts.hasValue(lefts.last()) ? lefts.board(lefts.last()) : -1;
        if (random.nextInt(7) == 0) {
            lefts.add(delete());
            if (isShown) {
                written.add(OutputRecord.delete(nowNs, KEY));
            }
            isShown = false;
            isAnswered = false;
            return;
        }
        put(lefts, random.nextInt(BOARDS));
        if (lefts.board(lefts.last()) != before) {
            isAnswered = false;
            link = lefts.last();
        } else if (isAnswered && (keepsLeft || isShown)) {
            tell(keepsLeft, Long.MIN_VALUE);
        }
    }

    private void changeBoard(final long board, final SplittableRandom random, final boolean keepsLeft) {
        final RowHistory history = boards.get(board);
        final int before = history.last();
        history.add(random.nextInt(4) == 0 ? delete() : record(trade(nowNs, board)));
        if (history.last() > before && isAnswered && lefts.board(lefts.last()) == board) {
            tell(keepsLeft, Long.MIN_VALUE);
        }
    }

    private void tell(final boolean keepsLeft, final long linkNs) {
        final int left = lefts.last();
        final RowHistory board = boards.get(lefts.board(left));
        final int right = board.last();
        final boolean isRow = keepsLeft || board.hasValue(right);
        final long timeNs = Math.max(Math.max(lefts.timeNs(left), linkNs), board.timeNs(right));
        if (isRow) {
            written.add(OutputRecord.data(
                    timeNs,
                    KEY,
                    OutputRecord.longs(
                            lefts.shown(left)[0], lefts.shown(left)[1], board.shown(right)[0], board.shown(right)[1])));
        } else if (isShown) {
            written.add(OutputRecord.delete(timeNs, KEY));
        }
        isShown = isRow;
    }

    private void put(final RowHistory history, final long board) {
        history.add(record(trade(nowNs, board)));
    }

    // The id is one that belongs to the board, and different each time.
    private static byte[] trade(final long number, final long board) {
        final byte[] value = OutputRecord.longs(board % 2 == 0 ? 'B' : 'E', (number * 6 + board / 2) * 24, number);
        assertThat(RelationsInput.board(value)).isEqualTo(board);
        return value;
    }

    private StoredRecord record(final byte[] value) {
        return new StoredRecord(0, StoredRecord.Kind.DATA, 1, nowNs, 0, 0, KEY, value);
    }

    private StoredRecord delete() {
        return new StoredRecord(0, StoredRecord.Kind.TOMBSTONE, 1, nowNs, 0, 0, KEY, new byte[0]);
    }

    private RowPath.Steps<LinkSteps.State> counted(final boolean keepsLeft) {
        final LinkSteps steps = new LinkSteps(KEY, lefts, boards, Set.of(), keepsLeft);
        return new RowPath.Steps<>() {
            @Override
            public boolean isBeyond(final LinkSteps.State state, final OutputRecord record) {
                return steps.isBeyond(state, record);
            }

            @Override
            public boolean isEnd(final LinkSteps.State state) {
                return steps.isEnd(state);
            }

            @Override
            public void toEnd(final LinkSteps.State state, final RowPath.Taker<LinkSteps.State> taker) {
                steps.toEnd(state, (made, next) -> {
                    ways++;
                    taker.step(made, next);
                });
            }

            @Override
            public void from(
                    final LinkSteps.State state,
                    final OutputRecord record,
                    final RowPath.Taker<LinkSteps.State> taker) {
                steps.from(state, record, (made, next) -> {
                    ways++;
                    taker.step(made, next);
                });
            }
        };
    }
}
