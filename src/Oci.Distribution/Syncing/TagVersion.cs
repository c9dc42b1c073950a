using System.Globalization;
using System.Numerics;

namespace Oci.Distribution.Syncing;

/// <summary>A tag that is a version, in the order of semver (semver.org, item 11); with one or more numbers, and <c>v</c> before them or not.</summary>
internal sealed class TagVersion : IComparable<TagVersion>
{
    private readonly BigInteger[] _numbers;
    private readonly string[] _preRelease;

    private TagVersion(BigInteger[] numbers, string[] preRelease)
    {
        _numbers = numbers;
        _preRelease = preRelease;
    }

    /// <summary>The version that a tag is; <see langword="null"/> where it is none.</summary>
    public static TagVersion? TryParse(string tag)
    {
        string text = tag.StartsWith('v') ? tag[1..] : tag;
        int end = text.IndexOf('-');
        string[] parts = (end < 0 ? text : text[..end]).Split('.');
        var numbers = new BigInteger[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!BigInteger.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }
        return new TagVersion(numbers, end < 0 ? [] : text[(end + 1)..].Split('.'));
    }

    public int CompareTo(TagVersion? other)
    {
        if (other is null)
        {
            return 1;
        }
        for (int i = 0; i < Math.Max(_numbers.Length, other._numbers.Length); i++)
        {
            int order = Get(_numbers, i).CompareTo(Get(other._numbers, i));
            if (order != 0)
            {
                return order;
            }
        }
        // "A pre-release version has lower precedence than the associated normal version."
        if (_preRelease.Length == 0 || other._preRelease.Length == 0)
        {
            return (_preRelease.Length == 0).CompareTo(other._preRelease.Length == 0);
        }
        foreach ((string mine, string theirs) in _preRelease.Zip(other._preRelease))
        {
            int order = ComparePart(mine, theirs);
            if (order != 0)
            {
                return order;
            }
        }
        return _preRelease.Length.CompareTo(other._preRelease.Length);
    }

    private static BigInteger Get(BigInteger[] numbers, int i) => i < numbers.Length ? numbers[i] : BigInteger.Zero;

    // Numbers by value and below words; words in ASCII order.
    private static int ComparePart(string left, string right)
    {
        bool isLeftNumber = BigInteger.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger leftNumber);
        bool isRightNumber = BigInteger.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger rightNumber);
        return isLeftNumber && isRightNumber ? leftNumber.CompareTo(rightNumber)
            : isLeftNumber != isRightNumber ? isRightNumber.CompareTo(isLeftNumber)
            : string.CompareOrdinal(left, right);
    }
}
