package io.millrace.torture;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.operators.checkpoint.CheckpointCatalog;
import io.millrace.operators.checkpoint.CheckpointEntry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Damages the newest checkpoint of a task while nobody uses the store. It leaves every task a checkpoint to fall back to: one of
 * another generation, in which nothing was damaged before.
 */
final class Damage {
    private static final String TOPICS = "topics";
    private static final String PREFIX = "torture.";
    private static final String SUFFIX = ".checkpoints";
    private static final String SEGMENT_NAME = "%020d.seg";

    private final Path store;
    private final TreeSet<String> generations = new TreeSet<>();
    private final TreeSet<String> partitions = new TreeSet<>();

    // Of the last damage.
    private Path lastFile;
    private long lastOffset;
    private int lastByte;

    Damage(final Path store) {
        this.store = store;
    }

    /** Names of the partitions in which something was damaged, such as {@code torture.in.checkpoints/0}. */
    TreeSet<String> partitions() {
        return partitions;
    }

    /** Damages one checkpoint, and gives its place in words; null where there is none that may be damaged. */
    String apply(final SplittableRandom random) throws IOException {
        final List<Candidate> candidates = candidates();
        if (candidates.isEmpty()) {
            return null;
        }
        final Candidate candidate = candidates.get(random.nextInt(candidates.size()));
        final Place place = candidate.places.get(random.nextInt(candidate.places.size()));
        final long position = place.position + random.nextInt(place.length);
        final long base = position & -(long) candidate.segmentLength;
        final Path file = store.resolve(TOPICS).resolve(candidate.partition).resolve(String.format(SEGMENT_NAME, base));
        lastFile = file;
        lastOffset = position - base;
        lastByte = byteAt(file, lastOffset) ^ (1 + random.nextInt(255));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(lastOffset);
            bytes.write(lastByte);
        }
        generations.add(candidate.generation);
        partitions.add(candidate.partition);
        return candidate.partition + " " + candidate.entry + " at " + position;
    }

    /** What has become of the byte that was damaged last, for a process that has not noticed. */
    String whatIsThere() throws IOException {
        if (!Files.exists(lastFile)) {
            return lastFile + " is gone";
        }
        return "byte " + lastOffset + " of " + lastFile + " was made " + lastByte + " and is "
                + byteAt(lastFile, lastOffset);
    }

    private static int byteAt(final Path file, final long offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(offset);
            return bytes.read();
        }
    }

    private List<Candidate> candidates() {
        final List<Candidate> candidates = new ArrayList<>();
        if (!Files.exists(store.resolve(TOPICS))) {
            return candidates; // Nobody has lived long enough to make a topic.
        }
        try (LogStore log = LogStore.openReadOnly(new LogContext().directory(store))) {
            for (final LogTopic topic : log.topics()) {
                final String name = topic.name();
                if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                    for (int i = 0; i < topic.partitionCount(); i++) {
                        add(topic.partition(i), name + "/" + i, candidates);
                    }
                }
            }
        }
        return candidates;
    }

    private void add(final LogPartition partition, final String name, final List<Candidate> candidates) {
        final CheckpointCatalog catalog = CheckpointCatalog.of(partition);
        final List<CheckpointEntry> entries = catalog.entries();
        if (entries.isEmpty() || catalog.damageBehindNewest() >= 0) {
            return;
        }
        final CheckpointEntry newest = entries.get(entries.size() - 1);
        final boolean hasOther = entries.stream()
                .anyMatch(entry -> entry.baseNumber() != newest.baseNumber()
                        && catalog.chainOf(entry) != null
                        && !generations.contains(generation(name, entry)));
        if (hasOther && !generations.contains(generation(name, newest))) {
            candidates.add(new Candidate(
                    name, newest, generation(name, newest), partition.segmentLength(), places(partition, newest)));
        }
    }

    private static String generation(final String partition, final CheckpointEntry entry) {
        return partition + "#" + entry.baseNumber();
    }

    private static List<Place> places(final LogPartition partition, final CheckpointEntry entry) {
        final List<Place> places = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            reader.seek(entry.beginPosition());
            while (reader.position() < entry.endPosition()) {
                reader.poll(
                        record -> {
                            if (record.position() < entry.endPosition() && record.valueLength() > 0) {
                                places.add(new Place(
                                        record.position() + RecordDescriptor.HEADER_LENGTH + record.keyLength(),
                                        record.valueLength()));
                            }
                        },
                        1);
            }
        }
        return places;
    }

    private record Place(long position, int length) {}

    private record Candidate(
            String partition, CheckpointEntry entry, String generation, int segmentLength, List<Place> places) {}
}
