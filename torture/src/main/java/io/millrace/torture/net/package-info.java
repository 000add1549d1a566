/** The processes that publish, serve and subscribe in a network run, what they write down, and the network between them. */
package io.millrace.torture.net;
