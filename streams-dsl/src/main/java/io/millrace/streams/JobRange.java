package io.millrace.streams;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What part of its sources a job reads and what of its outputs is heard, as it is written down. As text, a line for each thing:
 *
 * <pre>
 *   millrace job range 1
 *   phase STOPPED
 *   successor job                                            of a job that has handed over
 *   from TOPIC POSITION POSITION …                           where it begins, a position for each partition
 *   to TOPIC POSITION POSITION …                             where its input ends, if it does
 *   end-setting TEXT                                         how that was said
 *   live STAGE POSITION POSITION …                           from where on the tasks of a stage are heard
 * </pre>
 *
 * @param phase     of the job's life.
 * @param successor name of the job that has taken over; empty for none.
 * @param starts    positions at which the sources begin, by topic.
 * @param ends      positions at which the sources end, by topic; empty when they do not.
 * @param endSetting what was set for the ends to be found, in words; empty when they are open.
 * @param liveFrom  positions of the tasks from which on their outputs are heard, by stage; empty for all of them.
 */
record JobRange(
        Phase phase,
        String successor,
        Map<String, long[]> starts,
        Map<String, long[]> ends,
        String endSetting,
        Map<String, long[]> liveFrom) {
    private static final String TITLE = "millrace job range 1";
    private static final String PHASE = "phase";
    private static final String SUCCESSOR = "successor";
    private static final String FROM = "from";
    private static final String TO = "to";
    private static final String END_SETTING = "end-setting";
    private static final String LIVE = "live";

    JobRange {
        starts = Collections.unmodifiableMap(new TreeMap<>(starts));
        ends = Collections.unmodifiableMap(new TreeMap<>(ends));
        liveFrom = Collections.unmodifiableMap(new TreeMap<>(liveFrom));
    }

    /** A job that is heard from its beginning, or muted until further notice. */
    static JobRange of(
            final Map<String, long[]> starts,
            final Map<String, long[]> ends,
            final String endSetting,
            final boolean isMuted) {
        return new JobRange(isMuted ? Phase.MUTED : Phase.LIVE, "", starts, ends, endSetting, Map.of());
    }

    JobRange muted() {
        return new JobRange(Phase.MUTED, "", starts, ends, endSetting, Map.of());
    }

    JobRange stopped(final Map<String, long[]> newLiveFrom) {
        return new JobRange(Phase.STOPPED, "", starts, ends, endSetting, newLiveFrom);
    }

    JobRange live() {
        return new JobRange(Phase.LIVE, "", starts, ends, endSetting, liveFrom);
    }

    JobRange handedOver(final String to) {
        return new JobRange(Phase.HANDED_OVER, to, starts, ends, endSetting, liveFrom);
    }

    String format() {
        final StringBuilder text = new StringBuilder(TITLE).append('\n');
        text.append(PHASE).append(' ').append(phase).append('\n');
        if (!successor.isEmpty()) {
            text.append(SUCCESSOR).append(' ').append(successor).append('\n');
        }
        append(text, FROM, starts);
        append(text, TO, ends);
        if (!endSetting.isEmpty()) {
            text.append(END_SETTING).append(' ').append(endSetting).append('\n');
        }
        append(text, LIVE, liveFrom);
        return text.toString();
    }

    private static void append(final StringBuilder text, final String label, final Map<String, long[]> positions) {
        positions.forEach((name, values) -> {
            text.append(label).append(' ').append(name);
            for (final long value : values) {
                text.append(' ').append(value);
            }
            text.append('\n');
        });
    }

    /**
     * Reads what {@link #format} has written.
     *
     * @throws IllegalArgumentException when it is something else.
     */
    static JobRange parse(final String text) {
        final String[] lines = text.split("\n");
        if (!TITLE.equals(lines[0])) {
            throw new IllegalArgumentException("it begins with <" + lines[0] + ">, not with <" + TITLE + ">");
        }
        Phase phase = Phase.LIVE;
        String successor = "";
        String endSetting = "";
        final Map<String, Map<String, long[]>> positions =
                Map.of(FROM, new TreeMap<>(), TO, new TreeMap<>(), LIVE, new TreeMap<>());
        for (int i = 1; i < lines.length; i++) {
            final String[] words = lines[i].split(" ");
            if (words[0].equals(PHASE)) {
                phase = Phase.valueOf(words[1]);
            } else if (words[0].equals(SUCCESSOR)) {
                successor = words[1];
            } else if (words[0].equals(END_SETTING)) {
                endSetting = lines[i].substring(END_SETTING.length() + 1);
            } else if (positions.containsKey(words[0])) {
                positions
                        .get(words[0])
                        .put(
                                words[1],
                                Arrays.stream(words, 2, words.length)
                                        .mapToLong(Long::parseLong)
                                        .toArray());
            } else {
                throw new IllegalArgumentException("it has a line that begins with <" + words[0] + ">");
            }
        }
        return new JobRange(phase, successor, positions.get(FROM), positions.get(TO), endSetting, positions.get(LIVE));
    }

    /** Where a job is on its way from being tried to being replaced. */
    enum Phase {
        /** Makes no output until it has stopped in order. */
        MUTED,
        /** Has stopped in order while it was muted; may go on muted, or be heard from there on. */
        STOPPED,
        /** Is heard. */
        LIVE,
        /** Another job goes on with its outputs. */
        HANDED_OVER
    }
}
