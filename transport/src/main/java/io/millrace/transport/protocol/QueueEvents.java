package io.millrace.transport.protocol;

/** What a client hears of queues: one call per event with a template id from 140 to 149, on the thread that polls. */
public interface QueueEvents {}
