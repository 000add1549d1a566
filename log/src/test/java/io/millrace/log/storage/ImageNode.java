package io.millrace.log.storage;

/** What a name in a directory of an image stands for. */
abstract class ImageNode {}
