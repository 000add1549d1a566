package io.millrace.node;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.storage.AtomicFiles;
import io.millrace.log.storage.FileStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * What a store is called for ever: 128 bits at random, in a file of its own beside the topics. A client that connects again knows
 * by it that the positions and sequences it remembers mean the same as before.
 *
 * @param high first half
 * @param low  second half
 */
record StoreIdentity(long high, long low) {
    static final String FILE_NAME = "node.identity";
    private static final int HEX_LENGTH = 32;
    private static final int HEX = 16;

    /** Reads the identity of a store that this process owns, and makes one for a store that has none yet. */
    static StoreIdentity of(final Path directory) {
        final Path file = directory.resolve(FILE_NAME);
        try {
            return parse(file, Files.readString(file, StandardCharsets.US_ASCII).strip());
        } catch (final NoSuchFileException ex) {
            return create(file);
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED, "cannot read the store's identity: file=" + file + "; " + ex, ex);
        }
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }

    private static StoreIdentity create(final Path file) {
        final SecureRandom random = new SecureRandom();
        final StoreIdentity identity = new StoreIdentity(random.nextLong(), random.nextLong());
        try {
            // For this user's eyes only, like all that is in a store.
            AtomicFiles.write(new FileStorage(), file, (identity + "\n").getBytes(StandardCharsets.US_ASCII));
            return identity;
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED, "cannot write the store's identity: file=" + file + "; " + ex, ex);
        }
    }

    private static StoreIdentity parse(final Path file, final String text) {
        if (text.length() != HEX_LENGTH || !text.matches("[0-9a-f]+")) {
            throw new MillraceException(
                    ErrorCode.CORRUPT,
                    "the store's identity must be " + HEX_LENGTH + " hexadecimal digits: file=" + file
                            + "; remove the file, and clients take the store for another one");
        }
        return new StoreIdentity(
                Long.parseUnsignedLong(text.substring(0, HEX), HEX), Long.parseUnsignedLong(text.substring(HEX), HEX));
    }
}
