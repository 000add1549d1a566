package io.millrace.torture.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The records of a partition from the first to the last, one segment in memory at a time. */
final class PartitionRecords implements Iterator<StoredRecord> {
    private static final Pattern SEGMENT = Pattern.compile("[0-9]{20}\\.seg");
    private static final int BASE_DIGITS = 20;

    private final StoredTopic topic;
    private final int partition;
    private final List<Path> files;
    private final long begin;
    private int nextFile;
    private SegmentFile segment;
    private StoredRecord next;
    private long tail;

    private PartitionRecords(final StoredTopic topic, final int partition, final List<Path> files) {
        this.topic = topic;
        this.partition = partition;
        this.files = files;
        this.begin = files.isEmpty() ? 0 : base(files.get(0));
        this.tail = begin + SegmentFile.HEADER_LENGTH;
    }

    static PartitionRecords open(final StoredTopic topic, final int partition) throws IOException {
        final Path directory = topic.partition(partition);
        final List<Path> files = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> all = Files.list(directory)) {
                all.filter(file ->
                                SEGMENT.matcher(file.getFileName().toString()).matches())
                        .sorted()
                        .forEach(files::add);
            }
        }
        final PartitionRecords records = new PartitionRecords(topic, partition, files);
        records.checkBases();
        records.advance();
        return records;
    }

    private void checkBases() {
        for (int i = 0; i < files.size(); i++) {
            final long expected = begin + (long) i * topic.segmentLength();
            if (base(files.get(i)) != expected || expected % topic.segmentLength() != 0) {
                throw new DamagedStoreException(files.get(i), "segment does not follow the one before it");
            }
        }
    }

    private static long base(final Path file) {
        try {
            return Long.parseLong(file.getFileName().toString().substring(0, BASE_DIGITS));
        } catch (final NumberFormatException e) {
            throw new DamagedStoreException(file, "base position in the name is too large");
        }
    }

    private void advance() {
        next = segment == null ? null : segment.next();
        while (next == null && (segment == null || segment.isFull()) && nextFile < files.size()) {
            segment = open(nextFile++);
            next = segment.next();
        }
        if (segment != null) {
            tail = segment.position();
        }
        if (next == null) {
            segment = null;
            while (nextFile < files.size()) {
                open(nextFile++).checkEmpty();
            }
        }
    }

    private SegmentFile open(final int index) {
        final Path file = files.get(index);
        try {
            return SegmentFile.read(file, base(file), topic, partition);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public StoredRecord next() {
        if (next == null) {
            throw new NoSuchElementException("the end of " + topic.partition(partition));
        }
        final StoredRecord record = next;
        advance();
        return record;
    }

    /** Base position of the first segment: greater than 0 when older ones were removed. */
    long begin() {
        return begin;
    }

    /** Behind the last record; known when all were read. */
    long tail() {
        return tail;
    }
}
