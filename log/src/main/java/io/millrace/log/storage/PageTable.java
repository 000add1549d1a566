package io.millrace.log.storage;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.MappedByteBuffer;
import org.agrona.BufferUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes pages of a mapped file out of this process's page table; the bytes stay where they are, in the system's page cache, and the next
 * touch finds them there.
 *
 * <p>It is for a force: before Linux writes a page of a shared mapping back it makes its entry read-only, and interrupts each core that runs a
 * thread of the process, for one page after the other. Entries that are gone need nothing of that, and to take many away at once is one
 * interruption. It is {@code madvise(MADV_DONTNEED)}, as the JDK does it for its own memory segments.
 *
 * <p>Where this JDK cannot be asked, forces take what they take. Any thread.
 */
final class PageTable {
    private static final Logger LOGGER = LoggerFactory.getLogger(PageTable.class);
    private static final int VERSION_WITH_SEGMENTS = 22;
    private static final Unloader UNLOADER = unloader();

    private PageTable() {}

    /** How this JDK does it. */
    private interface Unloader {
        void unload(MappedByteBuffer buffer, int offset, int length) throws Throwable;
    }

    /**
     * Takes the entries of a range away.
     *
     * @param buffer over the mapping.
     * @param offset of the first page, a multiple of the page's length.
     * @param length in bytes, a multiple of the page's length, more than 0.
     */
    static void drop(final MappedByteBuffer buffer, final int offset, final int length) {
        if (UNLOADER != null) {
            try {
                UNLOADER.unload(buffer, offset, length);
            } catch (final Error | RuntimeException ex) {
                throw ex;
            } catch (final Throwable ex) {
                throw new IllegalStateException("cannot take pages out of the page table", ex);
            }
        }
    }

    /** Whether this JDK can be asked. */
    static boolean isSupported() {
        return UNLOADER != null;
    }

    private static Unloader unloader() {
        try {
            return Runtime.version().feature() >= VERSION_WITH_SEGMENTS ? ofSegments() : ofBuffers();
        } catch (final Throwable ex) {
            LOGGER.debug("forces interrupt other threads for each page: version={}", Runtime.version(), ex);
            return null;
        }
    }

    /** By {@code MemorySegment.unload()}, which is public there. */
    private static Unloader ofSegments() throws Throwable {
        final Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        final MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        final MethodHandle ofBuffer =
                lookup.findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class));
        final MethodHandle slice =
                lookup.findVirtual(segment, "asSlice", MethodType.methodType(segment, long.class, long.class));
        final MethodHandle unload = lookup.findVirtual(segment, "unload", MethodType.methodType(void.class));
        return (buffer, offset, length) -> {
            final Object whole = ofBuffer.invoke((Buffer) buffer.duplicate().clear());
            unload.invoke(slice.invoke(whole, (long) offset, (long) length));
        };
    }

    /** By what that stands on in earlier versions. */
    private static Unloader ofBuffers() throws Throwable {
        final MethodHandle unload = JdkInternals.lookup()
                .findStatic(
                        Class.forName("java.nio.MappedMemoryUtils"),
                        "unload",
                        MethodType.methodType(void.class, long.class, boolean.class, long.class));
        final boolean isPersistentMemory = false;
        return (buffer, offset, length) ->
                unload.invoke(BufferUtil.address(buffer) + offset, isPersistentMemory, (long) length);
    }
}
