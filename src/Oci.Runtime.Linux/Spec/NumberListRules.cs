using System.Globalization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of lists of CPUs and memory nodes, such as <c>0-3,7</c> (cpuset(7), "List format").</summary>
internal static class NumberListRules
{
    public static void Check(SpecCheck check, string? list, string pointer)
    {
        if (!string.IsNullOrWhiteSpace(list) && !IsList(list))
        {
            check.Error(pointer, $"{SpecCheck.Quote(list)} is not a list of numbers and ranges, the greatest {Planning.CpuMask.MaxNumber}.", "Write it as 0-3,7.");
        }
    }

    internal static bool IsList(ReadOnlySpan<char> list)
    {
        foreach (Range part in list.Split(','))
        {
            ReadOnlySpan<char> item = list[part].Trim();
            int dash = item.IndexOf('-');
            if (!TryParse(dash < 0 ? item : item[..dash], out int first) ||
                (dash >= 0 && (!TryParse(item[(dash + 1)..], out int last) || last < first)))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= Planning.CpuMask.MaxNumber;
}
