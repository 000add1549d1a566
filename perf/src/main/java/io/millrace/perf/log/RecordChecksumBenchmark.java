package io.millrace.perf.log;

import io.millrace.log.JdkAccess;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A record's checksum, derived from its payload's and computed from all its bytes.
 *
 * <p>To derive costs about the same whatever the length, and no less than to compute up to a KiB or more, where the bytes are in the
 * core's own cache and the processor has an instruction for it. What is won is not time: the checksum that is stored is the one that the
 * publisher computed.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecordChecksumBenchmark {
    static {
        // The forked process gets no flag, and the field below makes a buffer before any door of the log is touched.
        JdkAccess.open();
    }

    @Param({"32", "128", "1024"})
    private int payloadLength;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
    private final RecordChecksum checksum = new RecordChecksum();
    private int length;
    private int payloadChecksum = 0x1234_5678;
    private long position = 4096;

    @Setup
    public void write() {
        length = RecordDescriptor.HEADER_LENGTH + payloadLength;
        for (int i = 0; i < length; i++) {
            buffer.putByte(i, (byte) (i * 31));
        }
        buffer.putByte(RecordDescriptor.KIND_OFFSET, RecordKind.DATA);
    }

    @Benchmark
    public int derived() {
        position += RecordDescriptor.ALIGNMENT;
        return checksum.derive(buffer, 0, length, position, payloadChecksum++);
    }

    @Benchmark
    public int computed() {
        position += RecordDescriptor.ALIGNMENT;
        return checksum.compute(buffer, 0, length, position);
    }
}
