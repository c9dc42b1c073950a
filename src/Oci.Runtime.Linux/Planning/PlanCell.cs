using System.Runtime.InteropServices;
using System.Text;

namespace Oci.Runtime.Linux.Planning;

/// <summary>A piece of the program's memory: a string, a struct, a buffer, or the slot that a result is kept in.</summary>
internal sealed class PlanCell(string name, byte[] content, bool isText = false)
{
    private List<(int Offset, PlanCell Target, int TargetOffset)>? _pointers;

    /// <summary>How the plan's text calls it; a string stands in quotes.</summary>
    public string Name => isText ? Quote(name) : name;

    /// <summary>What it holds when the program starts.</summary>
    public byte[] Content { get; } = content;

    /// <summary>Where it holds addresses of other cells, as argv does.</summary>
    public ReadOnlySpan<(int Offset, PlanCell Target, int TargetOffset)> Pointers => CollectionsMarshal.AsSpan(_pointers);

    /// <summary>The program's own slot for the descriptor that a failure is reported to; its place is fixed.</summary>
    public static PlanCell ReportDescriptor { get; } = new("report", []);

    /// <summary>Where it is; null where the encoder finds it a place.</summary>
    public uint? Address { get; private init; }

    /// <summary>A slot at a place that is not the encoder's to give.</summary>
    public static PlanCell At(string name, uint address) => new(name, []) { Address = address };

    /// <summary>A slot of eight bytes for a result.</summary>
    public static PlanCell Slot(string name, long value = 0) => new(name, BitConverter.GetBytes(value));

    /// <summary>Makes the eight bytes at <paramref name="offset"/> the address of <paramref name="target"/>, or of a place in it.</summary>
    public PlanCell PointTo(int offset, PlanCell target, int targetOffset = 0)
    {
        (_pointers ??= []).Add((offset, target, targetOffset));
        return this;
    }

    /// <summary>A string of the kernel's, which ends in NUL.</summary>
    public static PlanCell Text(string value)
    {
        byte[] content = new byte[Encoding.UTF8.GetByteCount(value) + 1];
        Encoding.UTF8.GetBytes(value, content);
        return new PlanCell(value, content, isText: true);
    }

    private static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (char c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                < ' ' => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }
        return text.Append('"').ToString();
    }
}
