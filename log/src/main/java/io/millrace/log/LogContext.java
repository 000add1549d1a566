package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.Storage;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.SystemUtil;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;

/** Configuration of a {@link LogStore}. Not for use by several threads, and not to be changed once concluded. */
public final class LogContext {
    /** System property for the directory; no default. */
    public static final String DIRECTORY_PROPERTY = "millrace.log.directory";

    /** System property for the segment length of new topics that do not say their own, in bytes or as {@code 64m}. */
    public static final String SEGMENT_LENGTH_PROPERTY = "millrace.log.segment.length";

    /** System property for the time between two durable cuts, in ns or as {@code 500ms}. */
    public static final String CUT_INTERVAL_PROPERTY = "millrace.log.cut.interval";

    /** 1 s: what a loss of power may take of a topic that asks for no more, at the price of one force per partition in use. */
    public static final long DEFAULT_CUT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    /** System property for the time that a claim may stay open, in ns or as {@code 500ms}. */
    public static final String CLAIM_TIMEOUT_PROPERTY = "millrace.log.claim.timeout";

    /** 1 s: far longer than any pause of a healthy process, short enough for whoever waits behind a dead thread. */
    public static final long DEFAULT_CLAIM_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);

    /** 128 MiB: long enough that a roll is rare at full speed, short enough that retention is not coarse. */
    public static final int DEFAULT_SEGMENT_LENGTH = 128 * 1024 * 1024;

    static {
        JdkAccess.open();
    }

    private Path directory = path(System.getProperty(DIRECTORY_PROPERTY));
    private int segmentLength = DEFAULT_SEGMENT_LENGTH;
    private String segmentLengthText = System.getProperty(SEGMENT_LENGTH_PROPERTY);
    private long cutIntervalNs = DEFAULT_CUT_INTERVAL_NS;
    private String cutIntervalText = System.getProperty(CUT_INTERVAL_PROPERTY);
    private long claimTimeoutNs = DEFAULT_CLAIM_TIMEOUT_NS;
    private String claimTimeoutText = System.getProperty(CLAIM_TIMEOUT_PROPERTY);
    private EpochNanoClock clock;
    private Storage storage;
    private boolean isInvoked;
    private boolean isClockShareable;
    private boolean isConcluded;

    /** Creates a context with the defaults. */
    public LogContext() {}

    private static Path path(final String name) {
        return name == null ? null : Path.of(name);
    }

    /**
     * Sets the directory of the store. It is created when it does not exist.
     *
     * @param newDirectory of the store.
     * @return this.
     */
    public LogContext directory(final Path newDirectory) {
        checkNotConcluded();
        directory = newDirectory;
        return this;
    }

    /**
     * The directory of the store.
     *
     * @return directory, null until set.
     */
    public Path directory() {
        return directory;
    }

    /**
     * Sets the segment length of new topics that do not say their own.
     *
     * @param newSegmentLength power of two from 64 KiB to 1 GiB, in bytes; default {@link #DEFAULT_SEGMENT_LENGTH}.
     * @return this.
     */
    public LogContext segmentLength(final int newSegmentLength) {
        checkNotConcluded();
        segmentLength = newSegmentLength;
        segmentLengthText = null;
        return this;
    }

    /**
     * The segment length of new topics that do not say their own.
     *
     * @return bytes.
     */
    public int segmentLength() {
        return segmentLength;
    }

    /**
     * Sets how often a durable cut is taken while something changes, see {@link Durability#PROCESS}.
     *
     * @param newCutIntervalNs greater than 0, in ns; default {@link #DEFAULT_CUT_INTERVAL_NS}.
     * @return this.
     */
    public LogContext cutIntervalNs(final long newCutIntervalNs) {
        checkNotConcluded();
        cutIntervalNs = newCutIntervalNs;
        cutIntervalText = null;
        return this;
    }

    /**
     * How often a durable cut is taken while something changes.
     *
     * @return ns.
     */
    public long cutIntervalNs() {
        return cutIntervalNs;
    }

    /**
     * Sets how long a {@link RecordClaim} or {@link BatchClaim} may stay open. One that is open for longer is revoked: it
     * becomes padding, so that readers go on, and its commit fails. It may stay open a little longer, and much longer while
     * the process does not run.
     *
     * @param newClaimTimeoutNs greater than 0, in ns; default {@link #DEFAULT_CLAIM_TIMEOUT_NS}.
     * @return this.
     */
    public LogContext claimTimeoutNs(final long newClaimTimeoutNs) {
        checkNotConcluded();
        claimTimeoutNs = newClaimTimeoutNs;
        claimTimeoutText = null;
        return this;
    }

    /**
     * How long a claim may stay open.
     *
     * @return ns.
     */
    public long claimTimeoutNs() {
        return claimTimeoutNs;
    }

    /**
     * Sets the clock that log times come from.
     *
     * @param newClock ns since the epoch, used by many threads and asked for every record; the default, an
     *                 {@link OffsetEpochNanoClock}, may serve several records with one reading.
     * @return this.
     */
    public LogContext clock(final EpochNanoClock newClock) {
        checkNotConcluded();
        clock = newClock;
        return this;
    }

    /**
     * The clock that log times come from.
     *
     * @return clock, null before {@link #conclude()} when the default is meant.
     */
    public EpochNanoClock clock() {
        return clock;
    }

    /** Whether one reading of the clock may serve several records: not of one that was set. */
    boolean isClockShareable() {
        return isClockShareable;
    }

    /**
     * Sets what the store does its disk access through.
     *
     * @param newStorage default {@link FileStorage}.
     * @return this.
     */
    public LogContext storage(final Storage newStorage) {
        checkNotConcluded();
        storage = newStorage;
        return this;
    }

    /**
     * What the store does its disk access through.
     *
     * @return storage, null before {@link #conclude()} when the default is meant.
     */
    public Storage storage() {
        return storage;
    }

    /**
     * Sets whether the background work is left to {@link LogStore#invokeConductor(long)} instead of threads, so that a
     * test decides when each step of it happens.
     */
    LogContext invoked(final boolean newInvoked) {
        checkNotConcluded();
        isInvoked = newInvoked;
        return this;
    }

    boolean isInvoked() {
        return isInvoked;
    }

    /**
     * Checks all settings and fills in the defaults. Called by {@link LogStore#launch(LogContext)}; a second call does
     * nothing.
     *
     * @return this.
     * @throws MillraceException CONFIGURATION, naming every setting that cannot be used.
     */
    public LogContext conclude() {
        if (isConcluded) {
            return this;
        }
        final StringBuilder problems = new StringBuilder();
        if (directory == null) {
            problems.append(" directory is not set;");
        }
        try {
            segmentLength = SegmentDescriptor.checkLength(segmentLengthText == null ? segmentLength : parsed());
        } catch (final IllegalArgumentException ex) {
            problems.append(' ').append(ex.getMessage()).append(';');
        }
        cutIntervalNs = time(
                "the time between two durable cuts", CUT_INTERVAL_PROPERTY, cutIntervalText, cutIntervalNs, problems);
        claimTimeoutNs = time(
                "the time that a claim may stay open",
                CLAIM_TIMEOUT_PROPERTY,
                claimTimeoutText,
                claimTimeoutNs,
                problems);
        if (problems.length() > 0) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "the log's settings cannot be used:" + problems + " change them");
        }
        isClockShareable = clock == null;
        clock = clock == null ? new OffsetEpochNanoClock() : clock;
        storage = storage == null ? new FileStorage() : storage;
        isConcluded = true;
        return this;
    }

    /** A time from a property if it is set there, else as set by the program. */
    private static long time(
            final String what,
            final String property,
            final String text,
            final long valueNs,
            final StringBuilder problems) {
        try {
            final long timeNs = text == null ? valueNs : SystemUtil.parseDuration(property, text);
            if (timeNs <= 0) {
                problems.append(' ')
                        .append(what)
                        .append(" must be more than 0 ns: ")
                        .append(timeNs)
                        .append(';');
            }
            return timeNs;
        } catch (final NumberFormatException | ArithmeticException ex) {
            problems.append(' ')
                    .append(property)
                    .append('=')
                    .append(OneLine.of(text))
                    .append(" is no time in ns or with us, ms or s;");
            return valueNs;
        }
    }

    private int parsed() {
        try {
            return SegmentDescriptor.checkLength(
                    Math.toIntExact(SystemUtil.parseSize(SEGMENT_LENGTH_PROPERTY, segmentLengthText)));
        } catch (final RuntimeException ex) {
            throw new IllegalArgumentException(
                    SEGMENT_LENGTH_PROPERTY + "=" + OneLine.of(segmentLengthText)
                            + " is no power of two from 64k to 1g, in bytes or with k, m or g",
                    ex);
        }
    }

    private void checkNotConcluded() {
        if (isConcluded) {
            throw new IllegalStateException("the context is in use and cannot be changed: directory=" + directory);
        }
    }

    @Override
    public String toString() {
        return "LogContext{directory=" + directory + ", segmentLength=" + segmentLength + '}';
    }
}
