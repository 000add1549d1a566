package io.millrace.torture.agent;

import static io.millrace.torture.agent.Method.log;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.List;
import net.bytebuddy.asm.Advice;

/** What is woven into the product's storage so that a {@link LossyDisk} takes the place of the real one. */
final class DiskAdvice {
    static final List<Change> CHANGES = List.of(
            new Change(log("storage.FileStorage", "map", 3), Map.class),
            new Change(log("storage.FileStorage$Mapping", "force", 2), Force.class),
            new Change(log("storage.FileStorage$Mapping", "close", 0), Close.class),
            new Change(log("storage.FileStorage", "rename", 2), Rename.class),
            new Change(log("storage.FileStorage", "bootId", 0), BootId.class));

    private DiskAdvice() {}

    /** Remembers which file a mapping is of, and what the disk holds of it. */
    static final class Map {
        private Map() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.Argument(0) final Path file,
                @Advice.Argument(2) final boolean isReadOnly,
                @Advice.Return final Object mapping) {
            LossyDisk.onMapped(file, isReadOnly, mapping);
        }
    }

    /** Forces bytes, or loses them. */
    static final class Force {
        private Force() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.This final Object mapping,
                @Advice.FieldValue("buffer") final MappedByteBuffer buffer,
                @Advice.Argument(0) final int offset,
                @Advice.Argument(1) final int length)
                throws IOException {
            LossyDisk.onForce(mapping, buffer, offset, length);
        }
    }

    /** Forgets a mapping. */
    static final class Close {
        private Close() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.This final Object mapping) {
            LossyDisk.onClosed(mapping);
        }
    }

    /** Takes a file that was forced whole for what it is. */
    static final class Rename {
        private Rename() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) final Path from, @Advice.Argument(1) final Path to) throws IOException {
            LossyDisk.onRenamed(from, to);
        }
    }

    /** Tells which run of the machine this is. */
    static final class BootId {
        private BootId() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) byte[] bootId) {
            bootId = LossyDisk.bootId(bootId);
        }
    }
}
