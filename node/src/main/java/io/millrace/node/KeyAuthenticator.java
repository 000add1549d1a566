package io.millrace.node;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.KeyFile;
import io.millrace.transport.protocol.LoginProof;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets principals in that prove to have their key. Whoever fails hears the same, in the same time, whatever was wrong: an unknown
 * principal is challenged like any other and its proof is compared with one of a key that nobody has.
 */
public final class KeyAuthenticator implements Authenticator {
    private static final int MIN_NONCE_LENGTH = 16;

    private final KeyFile keys;
    private final SecureRandom random = new SecureRandom();
    private final byte[] nobodysKey = new byte[LoginProof.KEY_LENGTH];
    private final AtomicLong failedLogins = new AtomicLong();

    /**
     * Creates an authenticator.
     *
     * @param keys of the principals
     */
    public KeyAuthenticator(final KeyFile keys) {
        this.keys = keys;
        random.nextBytes(nobodysKey);
    }

    /**
     * Counts the logins that were refused. Any thread.
     *
     * @return number of logins since the node started
     */
    public long failedLogins() {
        return failedLogins.get();
    }

    @Override
    public byte[] challenge(final String principal) {
        if (principal.isEmpty()) {
            failedLogins.incrementAndGet();
            throw new MillraceException(
                    ErrorCode.ACCESS_DENIED,
                    "this node asks who is there: connect with a principal and its key (at the command line: --key-file, or"
                            + " MILLRACE_KEY_FILE)");
        }
        final byte[] nonce = new byte[ProtocolDescriptor.NONCE_LENGTH];
        random.nextBytes(nonce);
        return nonce;
    }

    @Override
    public byte[] authenticate(
            final String principal, final byte[] nodeNonce, final byte[] clientNonce, final byte[] proof) {
        final byte[] known = keys.key(principal);
        final byte[] key = known == null ? nobodysKey : known;
        final boolean isProven = LoginProof.isSame(LoginProof.ofClient(key, principal, nodeNonce, clientNonce), proof);
        if (known == null || !isProven || clientNonce.length < MIN_NONCE_LENGTH) {
            failedLogins.incrementAndGet();
            throw new MillraceException(
                    ErrorCode.ACCESS_DENIED,
                    "login failed: the principal is not known here, or its key is another one");
        }
        return LoginProof.ofNode(key, principal, nodeNonce, clientNonce);
    }

    @Override
    public String toString() {
        return "KeyAuthenticator{" + keys + '}';
    }
}
