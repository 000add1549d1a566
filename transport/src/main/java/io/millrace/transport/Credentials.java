package io.millrace.transport;

/**
 * Who a client is, and how it proves that. Called by the thread that connects, once for each attempt.
 *
 * <p>A node that knows the principal sends a nonce; the client answers with a nonce of its own and a proof over both, and the
 * node proves itself in the same way when it lets the client in. The key itself never travels.
 */
public interface Credentials {
    /** Nobody in particular: a client that a node lets in without a proof, if it lets in anybody. */
    Credentials ANONYMOUS = new Credentials() {
        @Override
        public String principal() {
            return "";
        }

        @Override
        public byte[] prove(final byte[] nodeNonce, final byte[] clientNonce) {
            return new byte[0];
        }

        @Override
        public boolean isProven(final byte[] nodeNonce, final byte[] clientNonce, final byte[] proof) {
            return true;
        }
    };

    /**
     * Who the client is.
     *
     * @return name of the principal, empty for nobody in particular
     */
    String principal();

    /**
     * Proves that the client has the principal's key.
     *
     * @param nodeNonce   that the node has sent
     * @param clientNonce that goes to the node with the proof
     * @return proof
     */
    byte[] prove(byte[] nodeNonce, byte[] clientNonce);

    /**
     * Tells whether the node has the principal's key too. Not asked when the node let the client in without a challenge, see
     * {@link #mayConnectWithoutChallenge()}.
     *
     * @param nodeNonce   that the node had sent
     * @param clientNonce that went to the node
     * @param proof       that came back
     * @return whether the proof is right
     */
    boolean isProven(byte[] nodeNonce, byte[] clientNonce, byte[] proof);

    /**
     * Tells whether the client goes on with a node that did not ask for a proof, and so has given none.
     *
     * @return true for a client without a name, else false
     */
    default boolean mayConnectWithoutChallenge() {
        return principal().isEmpty();
    }
}
