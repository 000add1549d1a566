package io.millrace.transport.protocol;

import io.millrace.log.Durability;

/**
 * What a node says of a producer that it has opened.
 *
 * @param handle          of the producer in the session
 * @param producerId      that the log stores in each record
 * @param epoch           that the producer has from now on
 * @param maxRecordLength of key and value together, in bytes
 * @param durability      of what is acknowledged
 * @param keyHash         id of the hash that the topic records
 * @param lastSequences   that the log holds, one per partition, -1 for none
 */
public record OpenedProducer(
        int handle,
        int producerId,
        int epoch,
        int maxRecordLength,
        Durability durability,
        int keyHash,
        long... lastSequences) {}
