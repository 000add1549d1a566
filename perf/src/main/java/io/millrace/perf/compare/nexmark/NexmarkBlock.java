package io.millrace.perf.compare.nexmark;

import io.millrace.examples.data.DataFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All events of a file as objects in memory, in its order: as a source for contenders that have no log. Not changed once it is read. */
public final class NexmarkBlock {
    /** What the format allows, and what Millrace expects, too. */
    private static final long USUAL_DISORDER_MS = 8_000;

    private final List<NexmarkEvent> events = new ArrayList<>();
    private long disorderMs = USUAL_DISORDER_MS;

    /**
     * Reads a file.
     *
     * @param file plain or gzip.
     */
    public NexmarkBlock(final Path file) {
        final boolean[] hasHeader = {false};
        final long[] latest = {Long.MIN_VALUE};
        DataFile.at(file).get(0).forEachLine(line -> {
            if (!hasHeader[0]) {
                hasHeader[0] = true;
                return;
            }
            final NexmarkEvent event = NexmarkEvent.parse(line);
            latest[0] = Math.max(latest[0], event.ts());
            disorderMs = Math.max(disorderMs, latest[0] - event.ts());
            events.add(event);
        });
    }

    /**
     * How many there are.
     *
     * @return their number.
     */
    public int count() {
        return events.size();
    }

    /**
     * One of them.
     *
     * @param index from 0.
     * @return the event.
     */
    public NexmarkEvent get(final int index) {
        return events.get(index);
    }

    /**
     * By how much an event may be earlier than one before it.
     *
     * @return ms, 8,000 at least.
     */
    public long disorderMs() {
        return disorderMs;
    }
}
