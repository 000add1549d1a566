package io.millrace.examples.toppages;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.AccessLine;
import io.millrace.examples.Ran;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TopPagesTest {
    private static final long HALF_MINUTE = 30;
    private static final long GRACE = 25;

    @Test
    void shouldRankWhatIsInTimeAndTellTheRestApart() throws IOException {
        final Map<Long, Map<String, Integer>> hits = new TreeMap<>();
        final Map<Long, Integer> late = new TreeMap<>();
        long latest = 0; // the largest time so far, of all lines, whatever their status
        for (final AccessLine line : AccessLine.all()) {
            latest = Math.max(latest, line.second());
            if (line.status() == 200) {
                final long start = line.second() / HALF_MINUTE * HALF_MINUTE;
                if (latest >= start + HALF_MINUTE + GRACE) {
                    late.merge(start, 1, Integer::sum);
                } else {
                    hits.computeIfAbsent(start, any -> new TreeMap<>()).merge(line.path(), 1, Integer::sum);
                }
            }
        }

        final List<String> printed = Ran.example("top-pages");

        final List<Long> starts = new ArrayList<>(hits.keySet());
        for (int i = 0; i < 8; i++) {
            final long start = starts.get(i);
            assertThat(printed.get(i)).startsWith(Instant.ofEpochSecond(start) + "  ");
            assertThat(printed.get(i)).endsWith("; " + late.getOrDefault(start, 0) + " late");
            assertThat(counts(printed.get(i)))
                    .isEqualTo(hits.get(start).values().stream()
                            .sorted(Comparator.reverseOrder())
                            .limit(3)
                            .toList());
            assertThat(hits.get(start)).containsAllEntriesOf(pages(printed.get(i)));
        }
        final int lateCount = late.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(printed)
                .last()
                .isEqualTo("5000 lines, " + hits.size() + " half minutes ranked, " + lateCount
                        + " hits came too late for theirs");
        assertThat(lateCount).isEqualTo(2006);
    }

    @Test
    void shouldPrintTheSameWheneverItRuns() {
        assertThat(Ran.again("top-pages")).isEqualTo(Ran.example("top-pages"));
    }

    private static List<Integer> counts(final String line) {
        return new ArrayList<>(pages(line).values());
    }

    /** The pages of a printed line with their hits, in the order printed. */
    private static Map<String, Integer> pages(final String line) {
        final Map<String, Integer> pages = new java.util.LinkedHashMap<>();
        for (final String page :
                line.replaceFirst("^\\S+  ", "").replaceFirst(";.*", "").split(", ")) {
            pages.put(page.split(" ")[0], Integer.valueOf(page.split(" ")[1]));
        }
        return pages;
    }
}
