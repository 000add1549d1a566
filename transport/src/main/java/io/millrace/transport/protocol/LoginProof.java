package io.millrace.transport.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What both ends of a login prove to each other: that they have the principal's key, which never travels.
 *
 * <pre>
 *   HMAC-SHA256(key,  domain  length node nonce  length client nonce  length principal)
 * </pre>
 *
 * The domain differs for the two ends, so that neither can be given its own proof back. Lengths are int32, big-endian, and stand
 * before what they are of, so that no byte can be moved from one part to another. Both nonces are in both proofs: an old one
 * fits no new login. Any thread.
 */
public final class LoginProof {
    /** Length of a key in bytes. */
    public static final int KEY_LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] CLIENT_DOMAIN = "millrace login 1, client\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NODE_DOMAIN = "millrace login 1, node\0".getBytes(StandardCharsets.US_ASCII);

    private LoginProof() {}

    /**
     * What a client proves itself with.
     *
     * @param key         of the principal
     * @param principal   that logs in
     * @param nodeNonce   that the node sent
     * @param clientNonce that the client sends with it
     * @return 32 bytes
     */
    public static byte[] ofClient(
            final byte[] key, final String principal, final byte[] nodeNonce, final byte[] clientNonce) {
        return compute(CLIENT_DOMAIN, key, principal, nodeNonce, clientNonce);
    }

    /**
     * What a node proves itself with.
     *
     * @param key         of the principal
     * @param principal   that logs in
     * @param nodeNonce   that the node sent
     * @param clientNonce that the client sent
     * @return 32 bytes
     */
    public static byte[] ofNode(
            final byte[] key, final String principal, final byte[] nodeNonce, final byte[] clientNonce) {
        return compute(NODE_DOMAIN, key, principal, nodeNonce, clientNonce);
    }

    /**
     * Compares two proofs in a time that does not tell where they differ.
     *
     * @param expected that was computed
     * @param actual   that came over the wire, of any length
     * @return whether they are the same
     */
    public static boolean isSame(final byte[] expected, final byte[] actual) {
        return MessageDigest.isEqual(expected, actual);
    }

    private static byte[] compute(
            final byte[] domain,
            final byte[] key,
            final String principal,
            final byte[] nodeNonce,
            final byte[] clientNonce) {
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(domain);
            update(mac, nodeNonce);
            update(mac, clientNonce);
            update(mac, principal.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal();
        } catch (final GeneralSecurityException ex) {
            throw new IllegalStateException("this JDK has no " + ALGORITHM, ex);
        }
    }

    private static void update(final Mac mac, final byte[] part) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        mac.update(part);
    }
}
