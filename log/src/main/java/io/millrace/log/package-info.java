/**
 * The zero-copy partitioned log: open a {@link io.millrace.log.LogStore}, create topics in it, append with
 * {@link io.millrace.log.LogAppender} or {@link io.millrace.log.ProducerAppender}, read with
 * {@link io.millrace.log.LogReader}.
 */
package io.millrace.log;
