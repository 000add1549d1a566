package io.millrace.transport;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.transport.protocol.LoginProof;
import java.nio.file.Path;

/** A principal with its key. Immutable. */
public final class KeyCredentials implements Credentials {
    private final String principal;
    private final byte[] key;

    private KeyCredentials(final String principal, final byte[] key) {
        this.principal = principal;
        this.key = key;
    }

    /**
     * Takes the key of a principal from a file.
     *
     * @param file      with the key, see {@link KeyFile}
     * @param principal that logs in; null or empty for the only one in the file
     * @return credentials
     * @throws MillraceException CONFIGURATION when the file cannot be used or does not say which key
     */
    public static KeyCredentials of(final Path file, final String principal) {
        final KeyFile keys = KeyFile.read(file);
        final boolean isNamed = principal != null && !principal.isEmpty();
        if (!isNamed && keys.principals().size() > 1) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "say which principal logs in, there are several: file=" + file + " principals="
                            + keys.principals());
        }
        final String name = isNamed ? principal : keys.principals().get(0);
        final byte[] key = keys.key(name);
        if (key == null) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "no key for this principal: file=" + file + " principal=" + OneLine.of(name));
        }
        return new KeyCredentials(name, key);
    }

    @Override
    public String principal() {
        return principal;
    }

    @Override
    public byte[] prove(final byte[] nodeNonce, final byte[] clientNonce) {
        return LoginProof.ofClient(key, principal, nodeNonce, clientNonce);
    }

    @Override
    public boolean isProven(final byte[] nodeNonce, final byte[] clientNonce, final byte[] proof) {
        return LoginProof.isSame(LoginProof.ofNode(key, principal, nodeNonce, clientNonce), proof);
    }

    @Override
    public String toString() {
        return "KeyCredentials{principal=" + principal + '}';
    }
}
