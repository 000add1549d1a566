package io.millrace.log;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Puts other bytes in the place of a file that is no segment, and then uses the store. */
final class SmallFileDamage {
    private static final List<String> FILES = FuzzStore.TEMPLATE.keySet().stream()
            .filter(name -> !name.endsWith(".seg"))
            .toList();

    private SmallFileDamage() {}

    static void run(final FuzzInput input) {
        final String name = FILES.get(input.next(FILES.size()));
        final byte[] sound = FuzzStore.TEMPLATE.get(name);
        final Map<String, byte[]> changed = Collections.singletonMap(name, change(sound, input));
        new FuzzStore(changed).useAsAnyoneMight();
    }

    private static byte[] change(final byte[] sound, final FuzzInput input) {
        switch (input.next(4)) {
            case 0:
                return null;
            case 1:
                return input.rest();
            case 2:
                return Arrays.copyOf(sound, input.next(sound.length + 2));
            default:
                final byte[] bytes = sound.clone();
                while (input.hasMore() && bytes.length > 0) {
                    bytes[input.next(bytes.length)] = (byte) input.nextByte();
                }
                return bytes;
        }
    }
}
