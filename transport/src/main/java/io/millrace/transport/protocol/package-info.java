/**
 * What both ends of the wire share: the rules of the protocol, the calls that its messages stand for, the flyweights
 * over its records, and its checksum. The codecs themselves are generated from {@code millrace-protocol.xml}.
 */
package io.millrace.transport.protocol;
