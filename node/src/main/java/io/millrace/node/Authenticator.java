package io.millrace.node;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;

/**
 * Decides who may open a session. Called by the node's agent thread, for each client that connects; must not block.
 *
 * <p>What throws ends the attempt: the client hears the message, so it must not say more than a stranger may know.
 */
public interface Authenticator {
    /** Lets in whoever names no principal, and nobody else: a node that only this machine reaches knows no keys. */
    Authenticator ANONYMOUS_ONLY = new Authenticator() {
        @Override
        public byte[] challenge(final String principal) {
            if (principal.isEmpty()) {
                return null;
            }
            throw new MillraceException(
                    ErrorCode.ACCESS_DENIED,
                    "this node knows no principals: principal=" + OneLine.of(principal)
                            + "; connect without credentials, or give the node a key file");
        }

        @Override
        public byte[] authenticate(
                final String principal, final byte[] nodeNonce, final byte[] clientNonce, final byte[] proof) {
            throw new MillraceException(ErrorCode.ACCESS_DENIED, "this node knows no principals");
        }
    };

    /**
     * Begins a login.
     *
     * @param principal that the client says it is, any text; empty for nobody in particular
     * @return nonce to be answered, new for each call; or null to let the client in as it is
     * @throws MillraceException ACCESS_DENIED to refuse it at once
     */
    byte[] challenge(String principal);

    /**
     * Ends a login.
     *
     * @param principal   that the client says it is
     * @param nodeNonce   that {@link #challenge} returned for this client
     * @param clientNonce that came with the proof, of any length
     * @param proof       that the client has the principal's key, of any length
     * @return proof for the client that the node has the key, too
     * @throws MillraceException ACCESS_DENIED when the client's proof is wrong
     */
    byte[] authenticate(String principal, byte[] nodeNonce, byte[] clientNonce, byte[] proof);
}
