package io.millrace.transport.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A number that all processes of a running machine share and no other machine has. */
public final class MachineIdentity {
    /** What stands for a machine that does not say. */
    public static final long UNKNOWN = 0;

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final long CURRENT = read();
    private static final int SHIFT = 31;

    private MachineIdentity() {}

    /**
     * The machine that this process runs on, since it was started.
     *
     * @return number, or {@link #UNKNOWN}
     */
    public static long current() {
        return CURRENT;
    }

    private static long read() {
        try {
            final String text =
                    Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
            long hash = 1;
            for (int i = 0; i < text.length(); i++) {
                hash = hash * SHIFT + text.charAt(i);
            }
            return hash;
        } catch (final IOException ex) {
            return UNKNOWN;
        }
    }
}
