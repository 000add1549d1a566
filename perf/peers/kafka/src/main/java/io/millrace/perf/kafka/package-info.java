/** Kafka, a broker and its clients, as they are measured beside us. */
package io.millrace.perf.kafka;
