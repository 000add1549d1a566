/** NEXMark: an auction site as a stream of persons, auctions and bids, and what is asked about it, see docs/nexmark.md. */
package io.millrace.examples.nexmark;
