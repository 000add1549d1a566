package io.millrace.transport.protocol;

/** What a client hears of topics: one call per event with a template id from 120 to 129, on the thread that polls. */
public interface TopicEvents {}
