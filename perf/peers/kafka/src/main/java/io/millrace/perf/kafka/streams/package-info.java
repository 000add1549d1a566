/** Kafka Streams beside us. */
package io.millrace.perf.kafka.streams;
