package io.millrace.torture.check;

import java.nio.file.Path;

/** A store is not as the description of its format says. */
final class DamagedStoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DamagedStoreException(final Path path, final String what) {
        super(what + ": " + path);
    }

    DamagedStoreException(final Path path, final long offset, final String what) {
        super(what + ": " + path + " offset=" + offset);
    }
}
