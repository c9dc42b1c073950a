namespace Oci.Image.RootFilesystems;

/// <summary>The value of the attribute <c>user.rootlesscontainers</c>: an owner that could not be set (rootlesscontaine.rs, proto).</summary>
/// <remarks>A protobuf message of two varints, 1 for the user's and 2 for the group's id; a zero is left out.</remarks>
internal static class RootlessOwner
{
    public const int MaxSize = 12;

    /// <summary>The name of the attribute, ended by NUL.</summary>
    public static ReadOnlySpan<byte> AttributeName => "user.rootlesscontainers\0"u8;

    public static int Write(uint uid, uint gid, Span<byte> destination)
    {
        int length = WriteField(0x08, uid, destination);
        return length + WriteField(0x10, gid, destination[length..]);
    }

    /// <summary>Reads a value; false where it is not of this form. Other fields are not known and refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out uint uid, out uint gid)
    {
        uid = 0;
        gid = 0;
        while (!value.IsEmpty)
        {
            byte tag = value[0];
            value = value[1..];
            if (tag is not (0x08 or 0x10) || !TryReadVarint(ref value, out uint id))
            {
                return false;
            }
            if (tag == 0x08)
            {
                uid = id;
            }
            else
            {
                gid = id;
            }
        }
        return true;
    }

    private static int WriteField(byte tag, uint value, Span<byte> destination)
    {
        if (value == 0)
        {
            return 0;
        }
        int length = 0;
        destination[length++] = tag;
        for (; value >= 0x80; value >>= 7)
        {
            destination[length++] = (byte)(value | 0x80);
        }
        destination[length++] = (byte)value;
        return length;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> value, out uint result)
    {
        ulong read = 0;
        for (int i = 0; i < 5 && i < value.Length; i++)
        {
            read |= (ulong)(value[i] & 0x7F) << (7 * i);
            if (value[i] < 0x80)
            {
                value = value[(i + 1)..];
                result = (uint)read;
                return read <= uint.MaxValue;
            }
        }
        result = 0;
        return false;
    }
}
