using System.Numerics;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>The binary digits of pi after its point, which Blowfish begins with.</summary>
internal static class PiFraction
{
    /// <summary>The first 32-bit words of the fraction: 0x243F6A88, 0x85A308D3, ...</summary>
    /// <remarks>Computed by Machin's formula in some 30 ms, once a process, in the place of a table of 4 KB that nobody can check by eye.</remarks>
    public static uint[] GetWords(int count)
    {
        // Each of the terms loses less than one unit, so 64 more bits than needed are plenty.
        int precision = (count * 32) + 64;
        BigInteger pi = (16 * ArcTangentOfInverse(5, precision)) - (4 * ArcTangentOfInverse(239, precision));
        BigInteger fraction = (pi - (new BigInteger(3) << precision)) >> 64;
        var words = new uint[count];
        for (int i = count - 1; i >= 0; i--)
        {
            words[i] = (uint)(fraction & uint.MaxValue);
            fraction >>= 32;
        }
        return words;
    }

    // arctan(1/x) = 1/x - 1/(3 x^3) + 1/(5 x^5) - ...
    private static BigInteger ArcTangentOfInverse(int x, int precision)
    {
        BigInteger power = (BigInteger.One << precision) / x;
        BigInteger sum = power;
        for (int n = 3; !power.IsZero; n += 2)
        {
            power /= x * x;
            sum += n % 4 == 1 ? power / n : -(power / n);
        }
        return sum;
    }
}
