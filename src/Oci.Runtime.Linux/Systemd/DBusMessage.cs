using System.Buffers.Binary;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>A D-Bus message (D-Bus Specification, "Message Format").</summary>
internal sealed record DBusMessage
{
    public const byte MethodCall = 1;
    public const byte MethodReturn = 2;
    public const byte Error = 3;
    public const byte Signal = 4;

    /// <summary>Type, flags, version, lengths and the serial, before the fields.</summary>
    public const int FixedSize = 16;

    /// <summary>The most that is taken of one message; systemd's answers have a few hundred bytes.</summary>
    private const int MaxSize = 1 << 20;

    public required byte Type { get; init; }

    public string? Path { get; init; }

    public string? Interface { get; init; }

    public string? Member { get; init; }

    public string? ErrorName { get; init; }

    public uint? ReplySerial { get; init; }

    public string? Destination { get; init; }

    public string? Signature { get; init; }

    public byte[] Body { get; init; } = [];

    /// <summary>The length of a whole message, from its fixed part.</summary>
    /// <exception cref="InvalidDataException">It is not one that is read here.</exception>
    public static int ReadLength(ReadOnlySpan<byte> head)
    {
        if (head[0] != (byte)'l' || head[3] != 1)
        {
            throw new InvalidDataException("The peer sends something else than little-endian D-Bus 1.");
        }
        uint body = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        uint fields = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        return body > MaxSize || fields > MaxSize
            ? throw new InvalidDataException($"A D-Bus message has more than {MaxSize} bytes.")
            : FixedSize + (((int)fields + 7) & ~7) + (int)body;
    }

    /// <summary>Reads a whole message.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static DBusMessage Parse(ReadOnlySpan<byte> bytes)
    {
        int body = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        int fields = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        var reader = new DBusReader(bytes.Slice(FixedSize, fields));
        var message = new DBusMessage { Type = bytes[1], Body = bytes[^body..].ToArray() };
        while (!reader.IsAtEnd)
        {
            reader.Align(8);
            byte code = reader.Byte();
            object value = reader.Signature() switch
            {
                "s" or "o" => reader.String(),
                "g" => reader.Signature(),
                "u" => reader.UInt32(),
                var other => throw new InvalidDataException($"A D-Bus header has a field of type {other}."),
            };
            message = (code, value) switch
            {
                (1, string text) => message with { Path = text },
                (2, string text) => message with { Interface = text },
                (3, string text) => message with { Member = text },
                (4, string text) => message with { ErrorName = text },
                (5, uint serial) => message with { ReplySerial = serial },
                (6, string text) => message with { Destination = text },
                (8, string text) => message with { Signature = text },
                _ => message,
            };
        }
        return message;
    }

    public byte[] ToBytes(uint serial)
    {
        var writer = new DBusWriter();
        writer.Byte((byte)'l');
        writer.Byte(Type);
        writer.Byte(0);
        writer.Byte(1);
        writer.UInt32((uint)Body.Length);
        writer.UInt32(serial);
        (byte Code, string Type, object? Value)[] fields =
            [(1, "o", Path), (2, "s", Interface), (3, "s", Member), (4, "s", ErrorName), (5, "u", ReplySerial), (6, "s", Destination), (8, "g", Signature)];
        writer.Array(fields.Where(f => f.Value is not null), 8, field =>
        {
            writer.Byte(field.Code);
            writer.Signature(field.Type);
            switch (field.Value)
            {
                case uint number:
                    writer.UInt32(number);
                    break;
                case string text when field.Type == "g":
                    writer.Signature(text);
                    break;
                case string text:
                    writer.String(text);
                    break;
            }
        });
        writer.Align(8);
        return [.. writer.ToArray(), .. Body];
    }
}
