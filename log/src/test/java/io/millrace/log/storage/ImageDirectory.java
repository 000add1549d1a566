package io.millrace.log.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The names in one directory: those that are there, those that were forced, and the changes between the two. */
final class ImageDirectory extends ImageNode {
    /** One operation: a name goes, or a name comes, or both in one step. */
    record Change(long serial, String removed, String added, ImageNode node) {
        /** Does it, unless what it was done to is not there: then an operation that it stands on was lost. */
        void applyTo(final TreeMap<String, ImageNode> names) {
            if (removed != null) {
                if (names.get(removed) != node) {
                    return;
                }
                names.remove(removed);
            }
            if (added != null) {
                names.put(added, node);
            }
        }
    }

    private final TreeMap<String, ImageNode> names;
    private final List<Change> pending = new ArrayList<>();
    private TreeMap<String, ImageNode> durable;

    /** Creates a directory as a machine finds it on disk. */
    ImageDirectory(final TreeMap<String, ImageNode> onDisk) {
        this.names = onDisk;
        this.durable = new TreeMap<>(onDisk);
    }

    ImageDirectory() {
        this(new TreeMap<>());
    }

    TreeMap<String, ImageNode> names() {
        return names;
    }

    void change(final long serial, final String removed, final String added, final ImageNode node) {
        final Change change = new Change(serial, removed, added, node);
        change.applyTo(names);
        pending.add(change);
    }

    void force() {
        durable = new TreeMap<>(names);
        pending.clear();
    }

    /** The names that a crash of the machine leaves. */
    private TreeMap<String, ImageNode> after(final CrashChoice choice, final long id) {
        final TreeMap<String, ImageNode> left = new TreeMap<>(durable);
        for (final Change change : choice.survivors(pending, choice.random(id))) {
            change.applyTo(left);
        }
        return left;
    }

    /** Makes the directory that a crash leaves of this one; other nodes come from a function. */
    ImageDirectory image(final CrashChoice choice, final long id, final UnaryOperator<ImageNode> imageOf) {
        final ImageDirectory image =
                new ImageDirectory(imagesOf(choice.keepsAll() ? names : after(choice, id), imageOf));
        if (choice.isProcessCrash()) {
            image.durable = imagesOf(durable, imageOf);
            for (final Change change : pending) {
                image.pending.add(
                        new Change(change.serial(), change.removed(), change.added(), imageOf.apply(change.node())));
            }
        }
        return image;
    }

    private static TreeMap<String, ImageNode> imagesOf(
            final TreeMap<String, ImageNode> names, final UnaryOperator<ImageNode> imageOf) {
        final TreeMap<String, ImageNode> images = new TreeMap<>();
        names.forEach((name, node) -> images.put(name, imageOf.apply(node)));
        return images;
    }
}
