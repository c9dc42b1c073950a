using System.Buffers.Binary;
using System.Text;

namespace Oci.Runtime.Linux.NetDevices;

/// <summary>An attribute of a message (struct rtattr, rtnetlink(7)).</summary>
/// <param name="Type">Its type, without the two flags above.</param>
/// <param name="Value">Its bytes.</param>
internal readonly record struct NetlinkAttribute(ushort Type, ReadOnlyMemory<byte> Value)
{
    /// <summary>The text, up to its NUL.</summary>
    public string Text
    {
        get
        {
            int end = Value.Span.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value.Span : Value.Span[..end]);
        }
    }

    /// <exception cref="InvalidDataException">It has fewer than four bytes.</exception>
    public uint Number => Value.Length >= 4
        ? BinaryPrimitives.ReadUInt32LittleEndian(Value.Span)
        : throw new InvalidDataException($"The netlink attribute {Type} has {Value.Length} bytes, where a number has 4.");
}
