using System.Globalization;
using Xunit.Sdk;

namespace Oci.Testing.Generators;

/// <summary>Runs a check with many sequences of random numbers, the same in each run.</summary>
/// <remarks>OCI_TEST_SEED=N begins elsewhere: to look further, or to repeat what a failure names.</remarks>
public static class Seeds
{
    /// <summary>The first seed.</summary>
    public static int First { get; } = int.Parse(Environment.GetEnvironmentVariable("OCI_TEST_SEED") ?? "1", CultureInfo.InvariantCulture);

    public static void Check(int count, Action<Random> check)
    {
        for (int seed = First; seed < First + count; seed++)
        {
            try
            {
                check(new Random(seed));
            }
            catch (Exception exception)
            {
                throw Failed(seed, exception);
            }
        }
    }

    public static async Task CheckAsync(int count, Func<Random, Task> check)
    {
        for (int seed = First; seed < First + count; seed++)
        {
            try
            {
                await check(new Random(seed));
            }
            catch (Exception exception)
            {
                throw Failed(seed, exception);
            }
        }
    }

    private static XunitException Failed(int seed, Exception exception) =>
        new($"With OCI_TEST_SEED={seed}: {exception.GetType().Name}: {exception.Message}\n{exception.StackTrace}", exception);
}
