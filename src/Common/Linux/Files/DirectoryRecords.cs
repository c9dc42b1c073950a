using System.Runtime.InteropServices;

namespace Oci.Common.Linux;

/// <summary>Reads the records (struct linux_dirent64) that getdents64(2) filled a buffer with, without copying.</summary>
/// <remarks>ino 8 bytes, offset 8, record length 2, type 1, name ended by NUL; all in the machine's byte order.</remarks>
internal ref struct DirectoryRecords(ReadOnlySpan<byte> buffer)
{
    private const int NameOffset = 19;

    private ReadOnlySpan<byte> _left = buffer;

    /// <summary>The name with its NUL, as the syscalls take it; valid while the buffer is.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The inode number.</summary>
    public ulong Inode { get; private set; }

    /// <summary>DT_REG and so on; DT_UNKNOWN on file systems that do not say.</summary>
    public byte Type { get; private set; }

    /// <summary>Goes to the next record, leaving out <c>.</c> and <c>..</c>; false at the end.</summary>
    public bool MoveNext()
    {
        while (!_left.IsEmpty)
        {
            Inode = MemoryMarshal.Read<ulong>(_left);
            ushort length = MemoryMarshal.Read<ushort>(_left[16..]);
            Type = _left[18];
            ReadOnlySpan<byte> name = _left[NameOffset..length];
            Name = name[..(name.IndexOf((byte)0) + 1)];
            _left = _left[length..];
            if (!Name.SequenceEqual(".\0"u8) && !Name.SequenceEqual("..\0"u8))
            {
                return true;
            }
        }
        return false;
    }
}
