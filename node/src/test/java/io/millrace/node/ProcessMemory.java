package io.millrace.node;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process takes of memory at one moment.
 *
 * @param heap     bytes in use after a collection
 * @param direct   bytes of direct buffers
 * @param mapped   bytes of mapped files, most of which nothing has touched
 * @param resident bytes of mapped files that are in memory; 0 where the system does not tell
 */
record ProcessMemory(long heap, long direct, long mapped, long resident) {
    private static final long KILO = 1024;

    static ProcessMemory now() {
        System.gc();
        long direct = 0;
        long mapped = 0;
        for (final BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            direct += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
            mapped += pool.getName().equals("mapped") ? pool.getMemoryUsed() : 0;
        }
        return new ProcessMemory(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), direct, mapped, residentBytes());
    }

    ProcessMemory since(final ProcessMemory before) {
        return new ProcessMemory(
                heap - before.heap, direct - before.direct, mapped - before.mapped, resident - before.resident);
    }

    @Override
    public String toString() {
        return "heap=" + heap / KILO + "K direct=" + direct / KILO + "K mapped=" + mapped / KILO + "K resident="
                + resident / KILO + 'K';
    }

    private static long residentBytes() {
        final Path status = Path.of("/proc/self/status");
        try {
            return Files.exists(status)
                    ? Files.readAllLines(status).stream()
                            .filter(line -> line.startsWith("RssFile:") || line.startsWith("RssShmem:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KILO)
                            .sum()
                    : 0;
        } catch (final IOException ex) {
            return 0;
        }
    }
}
