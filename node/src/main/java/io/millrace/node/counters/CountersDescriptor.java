package io.millrace.node.counters;

import java.nio.file.Path;
import org.agrona.concurrent.status.CountersReader;

/**
 * The layout of the counters file, little-endian, each number aligned to its length.
 *
 * <pre>
 *    0  magic            int64   "MRCOUNT1" in ASCII; written last, when all the rest is there
 *    8  version          int32   1
 *   12  (reserved)       int32
 *   16  process id       int64
 *   24  start            int64   milliseconds since the epoch
 *   32  last sample      int64   milliseconds since the epoch, when all values below were read the last time
 *   40  state            int64   1 serving, 2 failed, 3 closed in order
 *   48  (reserved)
 * 4096  metadata         4096 records of 512 bytes, as Agrona's CountersManager lays them out: type id, label
 *  ...  values           4096 records of 128 bytes, the value first
 * </pre>
 */
final class CountersDescriptor {
    static final String FILE = "node.counters";
    static final long MAGIC = 0x4D52434F554E5431L;
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int PID_OFFSET = 16;
    static final int START_OFFSET = 24;
    static final int SAMPLE_OFFSET = 32;
    static final int STATE_OFFSET = 40;

    static final long SERVING = 1;
    static final long FAILED = 2;
    static final long CLOSED = 3;

    static final int CAPACITY = 4096;
    static final int METADATA_OFFSET = 4096;
    static final int METADATA_LENGTH = CAPACITY * CountersReader.METADATA_LENGTH;
    static final int VALUES_OFFSET = METADATA_OFFSET + METADATA_LENGTH;
    static final int VALUES_LENGTH = CAPACITY * CountersReader.COUNTER_LENGTH;
    static final int FILE_LENGTH = VALUES_OFFSET + VALUES_LENGTH;

    private CountersDescriptor() {}

    static Path fileIn(final Path storeDirectory) {
        return storeDirectory.resolve(FILE);
    }
}
