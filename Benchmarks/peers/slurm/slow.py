"""A folder seen through a slow file system, as a store over a busy network is.

    /usr/bin/python3 slow.py FOLDER MOUNT MILLISECONDS

Every call waits that long before it is passed on, in the kernel's FUSE and Debian's python3-fusepy; names and
attributes are not cached, so that each look is a call. flock(2) is not passed on: it fails, as on some file systems.
"""

import errno
import os
import sys
import time

import fusepy

FOLDER, MOUNT, WAIT = sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1000


class Slow(fusepy.Operations):
    def __call__(self, name, path, *arguments):
        time.sleep(WAIT)
        return super().__call__(name, FOLDER + path if path else path, *arguments)

    def access(self, path, mode):
        if not os.access(path, mode):
            raise fusepy.FuseOSError(errno.EACCES if os.path.lexists(path) else errno.ENOENT)

    def getattr(self, path, handle=None):
        status = os.lstat(path) if handle is None else os.fstat(handle)
        return {name: getattr(status, name) for name in (
            "st_atime", "st_ctime", "st_gid", "st_mode", "st_mtime", "st_nlink", "st_size", "st_uid", "st_ino")}

    def readdir(self, path, handle):
        return [".", "..", *os.listdir(path)]

    def create(self, path, mode, information=None):
        return os.open(path, os.O_RDWR | os.O_CREAT, mode)

    def open(self, path, flags):
        return os.open(path, flags)

    def read(self, path, size, offset, handle):
        return os.pread(handle, size, offset)

    def write(self, path, data, offset, handle):
        return os.pwrite(handle, data, offset)

    def truncate(self, path, length, handle=None):
        os.truncate(path if handle is None else handle, length)

    def rename(self, old, new):
        os.rename(old, FOLDER + new)

    def link(self, target, source):
        os.link(FOLDER + source, target)

    def symlink(self, target, source):
        os.symlink(source, target)

    def utimens(self, path, times=None):
        os.utime(path, times)

    def flush(self, path, handle):
        return 0

    def fsync(self, path, data_only, handle):
        os.fsync(handle)

    def release(self, path, handle):
        os.close(handle)

    def statfs(self, path):
        found = os.statvfs(path)
        return {name: getattr(found, name) for name in dir(found) if name.startswith("f_")}

    chmod = staticmethod(os.chmod)
    chown = staticmethod(os.lchown)
    mkdir = staticmethod(os.mkdir)
    rmdir = staticmethod(os.rmdir)
    unlink = staticmethod(os.unlink)
    readlink = staticmethod(os.readlink)


fusepy.FUSE(Slow(), MOUNT, foreground=True, attr_timeout=0, entry_timeout=0, negative_timeout=0, use_ino=True,
            allow_other=True, big_writes=True, max_write=131072, default_permissions=True)
