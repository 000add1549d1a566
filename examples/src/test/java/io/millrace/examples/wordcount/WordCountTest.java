package io.millrace.examples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.AccessLine;
import io.millrace.examples.Ran;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class WordCountTest {
    @Test
    void shouldCountTheWordsAsAPlainLoopDoes() throws IOException {
        final Map<String, Integer> counts = new TreeMap<>();
        for (final AccessLine line : AccessLine.all()) {
            final StringBuilder word = new StringBuilder();
            for (final char c : (line.path() + "/").toCharArray()) {
                if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
                    word.append(c);
                } else {
                    if (word.length() > 2) {
                        counts.merge(word.toString(), 1, Integer::sum);
                    }
                    word.setLength(0);
                }
            }
        }
        final List<String> expected = new ArrayList<>();
        final List<String> words = new ArrayList<>(counts.keySet());
        words.sort((a, b) -> counts.get(b) - counts.get(a)); // stable, so equal counts stay in the order of the words
        words.subList(0, 10).forEach(word -> expected.add(String.format("%6d  %s", counts.get(word), word)));
        final int sum = counts.values().stream().mapToInt(Integer::intValue).sum();
        expected.add(sum + " words, " + counts.size() + " different ones, in 5000 lines");

        assertThat(Ran.example("word-count")).isEqualTo(expected);
        assertThat(expected).first().isEqualTo("  1196  images");
    }

    @Test
    void shouldCountTheSameInFourPartitions() {
        assertThat(Ran.example("word-count", "--partitions", "4")).isEqualTo(Ran.example("word-count"));
    }
}
