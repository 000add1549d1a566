package io.millrace.log.storage;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A moment in the life of a {@link CrashImageStorage}, from which any number of crashes can be tried. It is valid until
 * the storage, or a mapping of it, is next written to; so are the images that it gave.
 */
public final class CrashPoint {
    private final CrashImageStorage source;

    CrashPoint(final CrashImageStorage source) {
        this.source = source;
    }

    /**
     * Ends the process: everything is kept, what was not forced is still not on disk, the machine goes on.
     *
     * @return the disk that the next process finds, with the same boot id.
     */
    public CrashImageStorage processCrash() {
        return image(CrashChoice.processCrash(), source.boot());
    }

    /**
     * Ends the process and then the machine in good order.
     *
     * @return the disk that the next process finds, with another boot id: everything is kept and on disk.
     */
    public CrashImageStorage reboot() {
        return image(CrashChoice.reboot(), source.boot() + 1);
    }

    /**
     * Takes the machine's power away. Of what was not forced, anything may be kept.
     *
     * @param seed of all choices.
     * @return the disk that the next process finds, with another boot id.
     */
    public CrashImageStorage machineCrash(final long seed) {
        return image(CrashChoice.machineCrash(seed, source.nextSerial()), source.boot() + 1);
    }

    private CrashImageStorage image(final CrashChoice choice, final long boot) {
        final CrashImageStorage image = new CrashImageStorage(source.buffers(), choice, boot, source.nextSerial());
        new Builder(choice, image).build();
        return image;
    }

    /** Copies the tree of names; the bytes of files are copied when they are first used. */
    private final class Builder {
        private final CrashChoice choice;
        private final CrashImageStorage image;
        private final Map<ImageNode, ImageNode> images = new IdentityHashMap<>();

        Builder(final CrashChoice choice, final CrashImageStorage image) {
            this.choice = choice;
            this.image = image;
        }

        void build() {
            final Map<Path, ImageDirectory> directories = new HashMap<>();
            add(directories, Path.of("/"), (ImageDirectory) imageOf(source.root()));
            image.directories(directories);
        }

        /** By the names that the crash left: one that was deleted may be back, with all that was in it. */
        private void add(final Map<Path, ImageDirectory> directories, final Path path, final ImageDirectory directory) {
            directories.put(path, directory);
            directory.names().forEach((name, node) -> {
                if (node instanceof ImageDirectory inner) {
                    add(directories, path.resolve(name), inner);
                }
            });
        }

        private ImageNode imageOf(final ImageNode node) {
            ImageNode copy = images.get(node);
            if (copy == null) {
                copy = node instanceof ImageDirectory directory
                        ? directory.image(choice, images.size(), this::imageOf)
                        : image.newFile((ImageFile) node, choice);
                images.put(node, copy);
            }
            return copy;
        }
    }
}
