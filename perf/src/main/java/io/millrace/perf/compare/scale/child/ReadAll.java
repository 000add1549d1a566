package io.millrace.perf.compare.scale.child;

import io.millrace.log.LogReader;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.perf.compare.child.VerificationException;
import io.millrace.perf.compare.scale.ThreadTime;
import java.util.SplittableRandom;

/** Reads a log from its beginning to its end, remembers where some of its records lie, and looks for them. */
final class ReadAll {
    private static final int LIMIT = 1024;
    private static final long SEED = 20_261_127;

    private final int places;
    private final long[] positions;
    private final long[] times;
    private final long[] numbers;
    private long every;
    private int kept;
    private long count;
    private long checksum;
    private long foundNumber;
    private long foundTimeNs;

    /** With so many records to look for afterwards. */
    ReadAll(final int places) {
        this.places = places;
        this.positions = new long[places];
        this.times = new long[places];
        this.numbers = new long[places];
    }

    long count() {
        return count;
    }

    long checksum() {
        return checksum;
    }

    /** Reads everything, of which there should be so much, and tells ns a record. */
    double run(final LogReader reader, final long expected) {
        every = Math.max(1, expected / places);
        final long startNs = ThreadTime.ns();
        while (reader.poll(this::onRecord, LIMIT) > 0) {
            // On to the end.
        }
        return (double) (ThreadTime.ns() - startNs) / Math.max(1, count);
    }

    private void onRecord(final RecordFlyweight record) {
        final long number = record.buffer().getLong(record.valueOffset());
        if (count % every == 0 && kept < places) {
            positions[kept] = record.position();
            times[kept] = record.logTimeNs();
            numbers[kept++] = number;
        }
        checksum += Numbered.mix(number);
        count++;
    }

    /** Goes to the positions in an order without order, reads a record at each, and tells ns for that. */
    double seek(final LogReader reader) {
        final SplittableRandom random = new SplittableRandom(SEED);
        final Samples samples = new Samples();
        for (int i = 0; i < places; i++) {
            final int place = random.nextInt(kept);
            final long startNs = ThreadTime.ns();
            reader.seek(positions[place]);
            readOne(reader);
            samples.add(ThreadTime.ns() - startNs, 1);
            if (foundNumber != numbers[place]) {
                throw new VerificationException("a seek led to record " + foundNumber + ", not " + numbers[place]);
            }
        }
        return samples.median();
    }

    /** The same by log time: the first record that is not older. */
    double seekTime(final LogReader reader) {
        final SplittableRandom random = new SplittableRandom(SEED + 1);
        final Samples samples = new Samples();
        for (int i = 0; i < places; i++) {
            final int place = random.nextInt(kept);
            final long startNs = ThreadTime.ns();
            reader.seekToLogTime(times[place]);
            readOne(reader);
            samples.add(ThreadTime.ns() - startNs, 1);
            if (foundTimeNs != times[place] || foundNumber > numbers[place]) {
                throw new VerificationException(
                        "a seek by time led to record " + foundNumber + ", behind " + numbers[place]);
            }
        }
        return samples.median();
    }

    private void readOne(final LogReader reader) {
        final int read = reader.poll(
                record -> {
                    foundNumber = record.buffer().getLong(record.valueOffset());
                    foundTimeNs = record.logTimeNs();
                },
                1);
        if (read != 1) {
            throw new VerificationException("a seek led to no record: " + reader.position());
        }
    }
}
