package io.millrace.torture.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Lines that a process of a network run gets while it runs. When they end, so does the process: nobody is left to end it. */
final class Orders {
    private static final int ORPHANED = 9;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Orders() {}

    static Orders listen() {
        final Orders orders = new Orders();
        final Thread thread = new Thread(orders::read, "torture-orders");
        thread.setDaemon(true);
        thread.start();
        return orders;
    }

    /** The next order, null when there is none now. */
    String next() {
        return lines.poll();
    }

    /** Waits for the next order. */
    String await() throws InterruptedException {
        return lines.take();
    }

    static void answer(final String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null) {
                lines.add(line);
                line = in.readLine();
            }
        } catch (final IOException e) {
            // The same as the end.
        }
        Runtime.getRuntime().halt(ORPHANED);
    }
}
